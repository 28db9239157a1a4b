/// A quantity of the expanded vector that follows from a matrix or point in θ and a pose, with its derivatives.
///
/// Inputs are the pose's 7 numbers (translation, rotation, scale) and, for a point, the point itself.
struct PosedOutput {
  enum Form {
    /// Row-major 3×4 matrix (12 values).
    case matrix
    /// The same followed by centre and radius of the unit sphere's image (16 values).
    case sphere
    /// World position (3 values); `source` holds 3 numbers instead of a matrix.
    case position
    /// Unit image of +z (3 values).
    case direction
  }
  var form: Form
  /// θ offset of the 4×4 matrix or the position.
  var source: Int
  var pose: Pose
  var pivot: Vector3
  /// Expanded-vector offset of the result.
  var destination: Int

  var count: Int {
    switch form {
    case .matrix: 12
    case .sphere: 16
    case .position, .direction: 3
    }
  }

  /// Evaluates with the pose's numbers as inputs of any shading scalar; `input(offset, lane, fallback)` supplies them.
  func evaluate<S: ShadingScalar>(_ theta: UnsafePointer<Float>, _ input: (Int?, Int, Float) -> S) -> [S] {
    func vector(_ offset: Int?, _ lane: Int) -> Vector<S> {
      Vector(
        input(offset, lane, 0), input(offset.map { $0 + 1 }, lane + 1, 0), input(offset.map { $0 + 2 }, lane + 2, 0))
    }
    let translation = vector(pose.translate, 0)
    if form == .position {
      let p = theta + source
      let moved = Vector<S>(Vector3(p[0], p[1], p[2])) + translation
      return [moved.x, moved.y, moved.z]
    }
    let posed = AffineMap<S>(rowMajor: theta + source).posed(
      scale: input(pose.scale, 6, 1), rotation: vector(pose.rotate, 3), translation: translation, pivot: pivot)
    switch form {
    case .matrix, .position: return posed.entries
    case .sphere:
      let c = posed.translation
      return posed.entries + [c.x, c.y, c.z, posed.x.squaredLength.safeSquareRoot()]
    case .direction:
      let z = posed.z.normalized()
      return [z.x, z.y, z.z]
    }
  }

  /// Writes the values.
  func expand(_ theta: UnsafePointer<Float>, into expanded: UnsafeMutablePointer<Float>) {
    let values = evaluate(theta) { offset, _, fallback in offset.map { theta[$0] } ?? fallback }
    for (i, value) in values.enumerated() { expanded[destination + i] = value }
  }

  /// θ offsets behind the seven lanes; `nil` for absent ones.
  private var lanes: [Int?] {
    [
      pose.translate, pose.translate.map { $0 + 1 }, pose.translate.map { $0 + 2 }, pose.rotate,
      pose.rotate.map { $0 + 1 }, pose.rotate.map { $0 + 2 }, pose.scale, nil,
    ]
  }

  /// Whether any marked element of θ changes it.
  func isMoved(by marks: [Bool]) -> Bool {
    lanes.contains { $0.map { marks[$0] } ?? false }
      || (form == .position && marks[source..<(source + 3)].contains(true))
  }

  private func duals(_ theta: UnsafePointer<Float>) -> [Dual8] {
    evaluate(theta) { offset, lane, fallback in offset.map { Dual8(theta[$0], lane: lane) } ?? Dual8(fallback) }
  }

  /// Forward: adds the velocity of the outputs for a velocity of θ.
  func pushForward(
    _ theta: UnsafePointer<Float>, _ tangent: UnsafePointer<Float>, into expanded: UnsafeMutablePointer<Float>
  ) {
    for (i, output) in duals(theta).enumerated() {
      var sum: Float = 0
      for (lane, offset) in lanes.enumerated() { if let offset { sum += output.tangent[lane] * tangent[offset] } }
      if form == .position { sum += tangent[source + i] }
      expanded[destination + i] = sum
    }
  }

  /// Reverse: adds the gradient of θ for a gradient of the outputs.
  func pullBack(
    _ theta: UnsafePointer<Float>, _ gradient: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>
  ) {
    for (i, output) in duals(theta).enumerated() {
      let g = gradient[destination + i]
      for (lane, offset) in lanes.enumerated() {
        if let offset { result[offset] += g * Double(output.tangent[lane]) }
      }
      if form == .position { result[source + i] += g }
    }
  }
}
