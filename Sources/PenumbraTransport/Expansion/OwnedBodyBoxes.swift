/// Boxes of shapes, in memory of their own.
final class OwnedBodyBoxes {
  private let bodies: OwnedBuffer<BodyBoxes.Body>

  init(_ bodies: [BodyBoxes.Body]) { self.bodies = OwnedBuffer(bodies) }

  var kernel: BodyBoxes { BodyBoxes(bodies: UnsafePointer(bodies.base), count: bodies.count) }

  /// More lamps than these are not told from other shapes, nor are large meshes.
  private static let mostLamps = 6
  private static let mostVertices = 10_000

  /// The boxes of all emitting shapes.
  ///
  /// - Parameter isInGroup: the shapes that only instances show.
  /// - Returns: `nil` where there are too many.
  static func lamps(
    _ shapes: UnsafeMutableBufferPointer<ShapeRecord>, vertexCounts: [Int], values: UnsafePointer<Float>,
    isInGroup: (Int) -> Bool
  ) -> OwnedBodyBoxes? {
    let lamps = shapes.indices.filter { shapes[$0].emitter >= 0 }
    guard lamps.count <= mostLamps,
      lamps.allSatisfy({ !isInGroup($0) && (shapes[$0].kind != .mesh || vertexCounts[$0] <= mostVertices) })
    else { return nil }
    return OwnedBodyBoxes(
      lamps.map { BodyBoxes.Body(Box(shapes[$0], vertexCount: vertexCounts[$0], values), shape: $0) })
  }
}

extension BodyBoxes.Body {
  private static let margin: Float = 1e-5

  init(_ box: Box, shape: Int) {
    let edge = Self.margin * (Vector3(repeating: 1) + pointwiseMax(pointwiseMax(box.high, -box.low), .zero))
    self.init(low: box.low - edge, high: box.high + edge, shape: Float(shape))
  }
}

extension Box {
  /// Around a shape.
  init(_ shape: ShapeRecord, vertexCount: Int, _ values: UnsafePointer<Float>) {
    self = .empty
    guard shape.kind == .mesh else {
      (low, high) = AnalyticShape.bounds(values + Int(shape.matrix), shape.kind)
      return
    }
    for i in 0..<vertexCount { grow(ShapeRecord.load(values, shape.positions, i)) }
  }
}
