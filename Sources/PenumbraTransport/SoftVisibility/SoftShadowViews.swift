import Foundation

/// What outlines are found in.
struct SoftScenery {
  let scene: KernelScene
  let topology: EdgeTopology
  /// Radius of the scene.
  let reach: Float

  func contours(of objects: SoftObjects, from viewpoint: Viewpoint) -> ContourSet {
    ContourBuilder(scene: scene, viewpoint: viewpoint, reach: 4 * reach).contours(of: objects, edges: edges(objects))
  }

  func edges(_ objects: SoftObjects) -> [[EdgeRecord]] {
    var own: [SIMD2<Int32>: [EdgeRecord]] = [:]
    for edge in topology.edges { own[SIMD2(edge.shape, edge.instance), default: []].append(edge) }
    return objects.members.map { own[SIMD2($0.shape, $0.instance)] ?? [] }
  }
}

/// Outlines as the lights see them. Those of an extended light are seen from some of its points, those of an environment
/// from some directions: each segment takes the nearest, where nearly the same edges are outlines, and measures its own
/// distance to them.
final class SoftShadowViews {
  /// One per viewpoint.
  let tables: OwnedBuffer<ContourTable>
  /// Points or directions of the viewpoints.
  let anchors: OwnedBuffer<Vector3>
  /// First and one past the last viewpoint of each emitter.
  let ranges: OwnedBuffer<Int32>
  private let sets: [ContourSet]

  /// Viewpoints of an environment and of an area light, and the most emitters with some of their own; further ones share
  /// those of their predecessors.
  private static let environmentViews = 24
  private static let areaViews = 9
  private static let largestOwn = 64

  init(_ scenery: SoftScenery, objects: SoftObjects, structure: SceneStructure) {
    let edges = scenery.edges(objects)
    var (sets, anchors): ([ContourSet], [Vector3]) = ([], [])
    var ranges: [Int32] = []
    let count = structure.emitters.count
    let group = max((count + Self.largestOwn - 1) / Self.largestOwn, 1)
    for emitter in 0..<count {
      let isEnvironment = scenery.scene.emitters.records[emitter].isEnvironment
      if emitter % group != 0 && !isEnvironment && !ranges.isEmpty {
        ranges += ranges.suffix(2)
        continue
      }
      let first = sets.count
      for (viewpoint, anchor) in Self.viewpoints(emitter, scenery.scene) {
        let builder = ContourBuilder(scene: scenery.scene, viewpoint: viewpoint, reach: 4 * scenery.reach)
        sets.append(builder.contours(of: objects, edges: edges))
        anchors.append(anchor)
      }
      ranges += [Int32(first), Int32(sets.count)]
    }
    self.sets = sets
    tables = OwnedBuffer(sets.map(\.table))
    self.anchors = OwnedBuffer(anchors)
    self.ranges = OwnedBuffer(ranges)
  }

  private static func viewpoints(_ emitter: Int, _ scene: KernelScene) -> [(Viewpoint, Vector3)] {
    let record = scene.emitters.records[emitter]
    let e = scene.values + Int(record.location)
    func only(_ p: Vector3) -> [(Viewpoint, Vector3)] { [(.point(p), p)] }
    switch record.kind {
    case .point: return only(Vector3(e[0], e[1], e[2]))
    case .spot, .projector: return only(Vector3(e[3], e[7], e[11]))
    case .directional: return [(.direction(Vector3(-e[0], -e[1], -e[2])), .zero)]
    case .area: return points(of: scene.shapes[Int(record.shape)], scene.values).map { (.point($0), $0) }
    case .constant, .environment: return sphere(environmentViews).map { (.direction($0), $0) }
    }
  }

  /// Points spread over a shape.
  private static func points(of shape: ShapeRecord, _ values: UnsafePointer<Float>) -> [Vector3] {
    if shape.isRectangle {
      let corner = ShapeRecord.load(values, shape.positions, 0)
      let (u, v) = (
        ShapeRecord.load(values, shape.positions, 1) - corner, ShapeRecord.load(values, shape.positions, 3) - corner
      )
      let steps: [Float] = [1.0 / 6, 0.5, 5.0 / 6]
      return steps.flatMap { s in steps.map { corner + u * s + v * $0 } }
    }
    guard shape.kind == .mesh else {
      let map = AffineMap<Float>(rowMajor: values + Int(shape.matrix))
      let height: Float = shape.kind == .cylinder ? 0.5 : 0
      let local: [Vector3] = [
        [0, 0, height], [0.6, 0, height], [-0.6, 0, height], [0, 0.6, height], [0, -0.6, height],
        [0, 0, shape.kind == .disk ? 0 : height + 0.4], [0, 0, shape.kind == .disk ? 0 : height - 0.4],
      ]
      return local.map { map.point(Vector($0)).value }
    }
    let count = Int(shape.triangleCount)
    let views = min(count, areaViews)
    return (0..<views).map { i in
      let (a, b, c) = shape.corners(Int32(i * count / views))
      let sum =
        ShapeRecord.load(values, shape.positions, a) + ShapeRecord.load(values, shape.positions, b)
        + ShapeRecord.load(values, shape.positions, c)
      return sum * (1.0 / 3)
    }
  }

  /// Directions spread evenly over the sphere, along a Fibonacci spiral.
  private static func sphere(_ count: Int) -> [Vector3] {
    (0..<count).map { i in
      let z = 1 - (2 * Float(i) + 1) / Float(count)
      let angle = Float(i) * 2.399_963_2
      let radius = (1 - z * z).squareRoot()
      return Vector3(radius * cos(angle), radius * sin(angle), z)
    }
  }
}
