import PenumbraTransport

/// A shape as triangles in a space of its own, and the matrix that puts it into the world or its group.
struct PlacedSurface {
  var mesh: MeshData
  var placement: Matrix4
  /// Equal for shapes with equal meshes.
  var key: Key

  enum Key: Hashable {
    case rectangle(isFlipped: Bool), sphere(isFlipped: Bool), disk(isFlipped: Bool), cylinder(isFlipped: Bool)
    case shape(Int)
  }

  /// The shape with its pose as θ has it.
  init(shape index: Int, in scene: Scene) {
    let shape = scene.structure.shapes[index]
    let flip = shape.flipNormals
    let offset: Int
    switch shape.geometry {
    case .mesh(let mesh):
      self.mesh = MeshData(mesh, pose: shape.pose, theta: scene.theta, isFlipped: flip)
      (placement, key) = (.identity, .shape(index))
      return
    case .rectangle(let toWorld): (mesh, offset, key) = (AnalyticMesh.rectangle, toWorld, .rectangle(isFlipped: flip))
    case .sphere(let toWorld): (mesh, offset, key) = (AnalyticMesh.sphere, toWorld, .sphere(isFlipped: flip))
    case .disk(let toWorld): (mesh, offset, key) = (AnalyticMesh.disk, toWorld, .disk(isFlipped: flip))
    case .cylinder(let toWorld): (mesh, offset, key) = (AnalyticMesh.cylinder, toWorld, .cylinder(isFlipped: flip))
    }
    if flip { mesh.flipFront() }
    let matrix = Matrix4(rowMajor: scene.theta[offset..<(offset + 16)].map(Double.init))
    var middle = SIMD3<Double>.zero
    if case .cylinder = shape.geometry { middle.z = 0.5 }
    placement = Placement(shape.pose, pivot: matrix.point(middle)).matrix(theta: scene.theta) * matrix
  }

  /// The mesh where it is placed.
  var placedMesh: MeshData {
    var result = mesh
    if placement != .identity { result.place(by: placement) }
    return result
  }
}

extension Instance {
  /// From the group's space to the world, with the pose as θ has it.
  func placement(theta: [Float]) -> Matrix4 {
    let matrix = Matrix4(rowMajor: theta[toWorld..<(toWorld + 16)].map(Double.init))
    return Placement(pose, pivot: SIMD3<Double>(pivot)).matrix(theta: theta) * matrix
  }
}

extension SceneStructure {
  /// Numbers of the shapes that stand in the world themselves rather than in a group.
  var worldShapes: [Int] {
    var isGrouped = [Bool](repeating: false, count: shapes.count)
    for group in groups { for index in group.shapes { isGrouped[index] = true } }
    return shapes.indices.filter { !isGrouped[$0] }
  }

  /// The radiance that each shape sends out from its front.
  var radiances: [Int: TextureID] {
    var result: [Int: TextureID] = [:]
    for case .area(let shape, let radiance) in emitters.map(\.source) { result[shape.index] = radiance }
    return result
  }
}
