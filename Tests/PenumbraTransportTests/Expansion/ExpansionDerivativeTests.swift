import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// A scene with every kind of shape, each with a pose that is not at rest.
private struct PosedScene {
  let scene: Scene
  let expanded: ExpandedVector
  /// θ that pose every shape.
  let theta: [Float]

  init() throws {
    var scene = TestScene()
    let material = try scene.diffuse([0.5, 0.5, 0.5])
    let matrix: [Float] = [0.8, 0.1, -0.3, 0.4, -0.2, 0.9, 0.2, -0.6, 0.3, -0.1, 0.7, 1.1, 0, 0, 0, 1]
    let similar: [Float] = [0, -2, 0, 0.4, 2, 0, 0, -0.6, 0, 0, 2, 1.1, 0, 0, 0, 1]
    let mesh = try scene.mesh(key: "mesh", Self.corners, normals: Self.corners, triangles: [[0, 1, 2], [0, 2, 3]])
    for (key, geometry) in [
      ("mesh", mesh), ("sphere", .sphere(toWorld: scene.matrix(similar))),
      ("rectangle", .rectangle(toWorld: scene.matrix(matrix))), ("disk", .disk(toWorld: scene.matrix(matrix))),
      ("cylinder", .cylinder(toWorld: scene.matrix(matrix))),
    ] {
      let pose = try scene.shapePose(key)
      _ = scene.builder.add(Shape(id: key, geometry: geometry, material: material, pose: pose))
    }
    let inside = try scene.mesh(key: "inside", Self.corners, normals: nil, triangles: [[0, 1, 2]])
    let first = scene.builder.shapes.count
    _ = scene.builder.add(Shape(id: "inside", geometry: inside, material: material))
    let group = scene.builder.add(ShapeGroup(id: "group", shapes: first..<(first + 1)))
    scene.builder.add(
      Instance(
        id: "instance", group: group, toWorld: scene.matrix(matrix), pose: try scene.shapePose("instance"),
        pivot: [0.2, 0.1, -0.4]))
    try scene.camera(TestScene.identity)
    self.scene = try scene.builder.build()
    expanded = ExpandedVector(self.scene.structure, theta: self.scene.theta)
    var theta = self.scene.theta
    for parameter in self.scene.structure.parameters.all {
      let offsets = testDirection(parameter.range, count: theta.count, seed: UInt64(parameter.offset))
      for i in parameter.range { theta[i] += 0.3 * offsets[i] }
    }
    self.theta = theta
    expanded.fill(theta)
  }

  private static let corners: [Vector3] = [[0, 0, 0], [1, 0.2, 0.1], [0.8, 1, -0.3], [-0.2, 0.7, 0.4]]

  /// Elements of the expanded vector that derivatives are taken of: all but inverses of instances' matrices.
  var elements: [Int] {
    let inverses = expanded.layout.instanceMatrices.flatMap { ($0 + 12)..<($0 + 24) }
    return (0..<expanded.layout.count).filter { !inverses.contains($0) }
  }
}

struct ExpansionDerivativeTests {
  static let keys =
    ["mesh", "sphere", "rectangle", "disk", "cylinder", "instance"].flatMap { name in
      ["translate", "rotate", "scale"].map { "\(name).\($0)" }
    } + ["mesh.positions", "mesh.normals", "inside.positions", "sensor.rotate"]

  @Test("World vertices, normals and matrices move as their differences say", arguments: keys)
  func tangent(_ key: String) throws {
    let posed = try PosedScene()
    let range = try posed.scene.structure.parameters.resolve(key).range
    let direction = testDirection(range, count: posed.theta.count)
    let velocity = posed.expanded.tangent(direction)
    let h: Float = 1e-2
    func values(_ step: Float) -> [Float] {
      posed.expanded.fill(zip(posed.theta, direction).map { $0 + step * $1 })
      return posed.elements.map { posed.expanded.values[$0] }
    }
    let (a, b) = (values(h), values(-h))
    let (c, d) = (values(2 * h), values(-2 * h))
    for (i, element) in posed.elements.enumerated() {
      let difference = (8 * (a[i] - b[i]) - (c[i] - d[i])) / (12 * h)
      // Rounding of values of size 3 over the step, and the fourth order in h.
      #expect(abs(velocity[element] - difference) <= 2e-4, "element \(element): \(velocity[element]), \(difference)")
    }
    #expect(velocity.contains { $0 != 0 })
  }

  @Test("⟨g, J v⟩ = ⟨Jᵀ g, v⟩ for the expansion of θ", arguments: keys)
  func transpose(_ key: String) throws {
    let posed = try PosedScene()
    let range = try posed.scene.structure.parameters.resolve(key).range
    let direction = testDirection(range, count: posed.theta.count)
    let velocity = posed.expanded.tangent(direction)
    var gradient = [Double](repeating: 0, count: posed.expanded.layout.count)
    for (i, g) in testDirection(0..<gradient.count, count: gradient.count, seed: 4).enumerated() {
      gradient[i] = Double(g)
    }
    let pulled = posed.expanded.pullBack(gradient)
    // The inverses of instances' matrices have no derivative of their own.
    let products = posed.elements.map { gradient[$0] * Double(velocity[$0]) }
    let right = range.reduce(0.0) { $0 + Double(pulled[$1] * direction[$1]) }
    let size = products.reduce(0) { $0 + abs($1) }
    #expect(abs(products.reduce(0, +) - right) <= 1e-5 * size)
    #expect(size > 0)
  }

  @Test("Everything that a parameter moves is wanted when its gradient is asked for", arguments: keys)
  func scope(_ key: String) throws {
    let posed = try PosedScene()
    let range = try posed.scene.structure.parameters.resolve(key).range
    let expanded = try ExpandedScene(posed.scene)
    let scope = try GradientScope(
      requested: [range], structure: posed.scene.structure, expanded: expanded, sensor: 0)
    let velocity = posed.expanded.tangent(testDirection(range, count: posed.theta.count))
    for element in posed.elements where velocity[element] != 0 { #expect(scope.wanted.base[element], "\(element)") }
  }

  @Test("The pivot of a mesh stays when a vertex moves") func pivot() throws {
    let posed = try PosedScene()
    let range = try posed.scene.structure.parameters.resolve("mesh.positions").range
    let positions = try #require(posed.expanded.layout.meshes.first).positions
    let before = (3..<12).map { posed.expanded.values[positions + $0] }
    var theta = posed.theta
    theta[range.lowerBound] -= 10
    posed.expanded.fill(theta)
    #expect((3..<12).map { posed.expanded.values[positions + $0] } == before)
  }
}
