/// Where everything lies in the expanded vector: θ first, then what follows from it.
struct ExpansionLayout {
  let parameterCount: Int
  private(set) var count: Int
  private(set) var posed: [PosedOutput] = []
  private(set) var meshes: [MeshCopy] = []
  /// Per shape: the matrix (sphere, disk, cylinder), or for rectangles where the 4 vertices and 4 uv pairs lie.
  private(set) var shapeOffsets: [Int] = []
  private(set) var rectangles: [RectangleCopy] = []
  /// Per instance: its map to the world, 12 numbers, followed by the inverse.
  private(set) var instanceMatrices: [Int] = []
  private(set) var sensorMatrices: [Int] = []
  /// Per emitter: position, direction or rotation matrix; −1 when it has none.
  private(set) var emitterOffsets: [Int] = []

  init(_ structure: SceneStructure, theta: [Float]) {
    parameterCount = theta.count
    count = theta.count
    for (index, shape) in structure.shapes.enumerated() { add(shape, index, theta) }
    for instance in structure.instances {
      let pivot = Vector3(instance.pivot.x, instance.pivot.y, instance.pivot.z)
      instanceMatrices.append(add(.matrix, instance.toWorld, instance.pose, pivot))
      _ = reserve(12)
    }
    for sensor in structure.sensors {
      sensorMatrices.append(add(.matrix, sensor.toWorld, sensor.pose, Self.origin(theta, sensor.toWorld)))
    }
    for emitter in structure.emitters {
      switch emitter.source {
      case .area, .constant: emitterOffsets.append(-1)
      case .point(let position, _): emitterOffsets.append(add(.position, position, emitter.pose, .zero))
      case .directional(let toWorld, _):
        emitterOffsets.append(add(.direction, toWorld, emitter.pose, Self.origin(theta, toWorld)))
      case .environment(_, _, _, _, let toWorld), .spot(_, _, _, _, let toWorld),
        .projector(_, _, _, _, let toWorld):
        emitterOffsets.append(add(.matrix, toWorld, emitter.pose, Self.origin(theta, toWorld)))
      }
    }
  }

  private mutating func reserve(_ n: Int) -> Int {
    defer { count += n }
    return count
  }

  private mutating func add(_ form: PosedOutput.Form, _ source: Int, _ pose: Pose, _ pivot: Vector3) -> Int {
    var output = PosedOutput(form: form, source: source, pose: pose, pivot: pivot, destination: 0)
    output.destination = reserve(output.count)
    posed.append(output)
    return output.destination
  }

  private mutating func add(_ shape: Shape, _ index: Int, _ theta: [Float]) {
    switch shape.geometry {
    case .mesh(let mesh):
      let positions = reserve(3 * mesh.vertexCount)
      let normals = mesh.normals.map { _ in reserve(3 * mesh.vertexCount) }
      meshes.append(
        MeshCopy(
          shape: index, vertexCount: mesh.vertexCount, sourcePositions: mesh.positions, sourceNormals: mesh.normals,
          pose: shape.pose, pivot: mesh.pivot(in: theta), positions: positions, normals: normals))
      shapeOffsets.append(positions)
    case .sphere(let toWorld):
      shapeOffsets.append(add(.sphere, toWorld, shape.pose, Self.origin(theta, toWorld)))
    case .cylinder(let toWorld):
      let middle = AffineMap<Float>(rowMajor: Array(theta[toWorld..<(toWorld + 12)])).point(Vector(0, 0, 0.5)).value
      shapeOffsets.append(add(.matrix, toWorld, shape.pose, middle))
    case .disk(let toWorld):
      shapeOffsets.append(add(.matrix, toWorld, shape.pose, Self.origin(theta, toWorld)))
    case .rectangle(let toWorld):
      let matrix = add(.matrix, toWorld, shape.pose, Self.origin(theta, toWorld))
      let vertices = reserve(RectangleCopy.count)
      rectangles.append(RectangleCopy(shape: index, matrix: matrix, vertices: vertices))
      shapeOffsets.append(vertices)
    }
  }

  /// The image of the origin: the pivot of everything whose bounding box is centred on it.
  private static func origin(_ theta: [Float], _ m: Int) -> Vector3 {
    Vector3(theta[m + 3], theta[m + 7], theta[m + 11])
  }
}
