import PenumbraTransport

extension SceneAssembler {
  /// A shape directly inside the scene.
  mutating func addShape(_ node: SceneNode) throws(SceneError) {
    switch try node.plugin(ShapePlugin.self) {
    case .shapegroup: _ = try shapeGroup(node, slot: "")
    case .instance: try addInstance(node)
    default: try addSurface(node, slot: "shape")
    }
  }

  /// - Parameter slot: its name inside its group.
  mutating func addSurface(_ node: SceneNode, slot: String) throws(SceneError) {
    open(node, slot: slot)
    var reader = PropertyReader(node, in: document)
    let geometry = try geometry(&reader)
    let flip = try reader.boolean("flip_normals", default: false) != isTurnedOver(geometry)
    reader.ignore("silhouette_sampling_weight")
    let emitters = reader.objects(.emitter)
    let material = try material(of: &reader, isLight: !emitters.isEmpty)
    let here = node.location.description
    let pose = try declarePose(.shape, at: here)
    bindPose(geometry, of: node, pose: pose)
    guard emitters.count <= 1 else { throw reader.outOfRange("", "one emitter in a shape", found: "\(emitters.count)") }
    for nested in reader.objects(.sensor, .medium) { throw nested.node.unsupportedInShape }
    try reader.finish()
    let id = builder.add(
      Shape(id: name(of: node) ?? path, geometry: geometry, material: material, flipNormals: flip, pose: pose))
    if let emitter = emitters.first { try addAreaLight(emitter.node, of: id) }
    close(node)
  }

  private mutating func geometry(_ reader: inout PropertyReader) throws(SceneError) -> Geometry {
    let node = reader.node
    let plugin = try node.plugin(ShapePlugin.self)
    switch plugin {
    case .sphere: return .sphere(toWorld: try sphereMatrix(&reader))
    case .rectangle: return .rectangle(toWorld: try flatShapeMatrix(&reader))
    case .disk: return .disk(toWorld: try flatShapeMatrix(&reader))
    case .cylinder: return .cylinder(toWorld: try cylinderMatrix(&reader))
    case .cube, .obj, .ply, .serialized, .sdfgrid: return .mesh(try mesh(plugin, &reader))
    case .shapegroup, .instance, .bsplinecurve, .linearcurve, .merge, .ellipsoids, .ellipsoidsmesh:
      throw node.unsupported
    }
  }

  private mutating func material(of reader: inout PropertyReader, isLight: Bool) throws(SceneError) -> MaterialID {
    let bsdfs = reader.objects(.bsdf)
    guard bsdfs.count <= 1 else { throw reader.outOfRange("", "one bsdf in a shape", found: "\(bsdfs.count)") }
    guard let bsdf = bsdfs.first else { return try defaultMaterial(of: reader.node, isLight: isLight) }
    return try material(bsdf.node, slot: "bsdf")
  }

  /// Under a mirroring transform, flat shapes keep their front, which their tangents alone would turn over, and spheres
  /// turn inside out. That is Mitsuba's way.
  private func isTurnedOver(_ geometry: Geometry) -> Bool {
    switch geometry {
    case .rectangle(let offset), .disk(let offset), .sphere(let offset):
      Matrix4(rowMajor: builder.theta[offset..<(offset + 16)].map(Double.init)).determinant < 0
    case .mesh, .cylinder: false
    }
  }

  // MARK: - Transforms

  private mutating func sphereMatrix(_ reader: inout PropertyReader) throws(SceneError) -> Int {
    let center = try reader.point("center") ?? .zero
    let radius = try reader.float("radius") ?? 1
    guard radius > 0 else { throw reader.outOfRange("radius", "a radius above 0", found: "\(radius)") }
    let toWorld = try reader.transform("to_world") ?? .identity
    guard toWorld.isSimilarity(tolerance: 1e-3) else {
      throw reader.outOfRange("to_world", "a sphere without uneven scale or shear", found: "a transform with them")
    }
    bindings.bind(reader.node, "center", .omitted)
    bindings.bind(reader.node, "radius", .omitted)
    let matrix = toWorld * .translation(center) * .scale(SIMD3(repeating: radius))
    return try declareToWorld(matrix, discontinuous: true, at: reader.node.location.description)
  }

  private mutating func flatShapeMatrix(_ reader: inout PropertyReader) throws(SceneError) -> Int {
    let matrix = try reader.transform("to_world") ?? .identity
    guard matrix.determinant != 0 else {
      throw reader.outOfRange("to_world", "an invertible transform", found: "a singular one")
    }
    return try declareToWorld(matrix, discontinuous: true, at: reader.node.location.description)
  }

  /// The unit cylinder from `p0` to `p1`, then `to_world`.
  private mutating func cylinderMatrix(_ reader: inout PropertyReader) throws(SceneError) -> Int {
    let p0 = try reader.point("p0") ?? .zero
    let p1 = try reader.point("p1") ?? [0, 0, 1]
    let radius = try reader.float("radius") ?? 1
    let size = length(p1 - p0)
    guard radius > 0 else { throw reader.outOfRange("radius", "a radius above 0", found: "\(radius)") }
    guard size > 0 else { throw reader.outOfRange("p1", "another point than p0", found: "the same") }
    let toWorld = try reader.transform("to_world") ?? .identity
    guard toWorld.determinant != 0 else {
      throw reader.outOfRange("to_world", "an invertible transform", found: "a singular one")
    }
    for name in ["p0", "p1", "radius"] { bindings.bind(reader.node, name, .omitted) }
    let matrix =
      toWorld * .translation(p0) * .orthonormalFrame(normal: (p1 - p0) / size) * .scale([radius, radius, size])
    let (x, y, z) = (matrix.column(0), matrix.column(1), matrix.column(2))
    let isRound = abs(dot(x, y)) <= 1e-3 * dot(x, x) && abs(dot(x, x) - dot(y, y)) <= 1e-3 * dot(x, x)
    let isStraight = abs(dot(x, z)) + abs(dot(y, z)) <= 1e-3 * length(x) * length(z)
    if reader.hasObject(.emitter), !(isRound && isStraight) {
      throw reader.outOfRange(
        "to_world", "a round, upright cylinder where it emits light", found: "one with uneven scale or shear")
    }
    return try declareToWorld(matrix, discontinuous: true, at: reader.node.location.description)
  }

  private mutating func bindPose(_ geometry: Geometry, of node: SceneNode, pose: Pose) {
    switch geometry {
    case .mesh: bindings.bind(node, "filename", .mesh(shape: builder.shapes.count))
    case .sphere(let offset), .rectangle(let offset), .disk(let offset), .cylinder(let offset):
      let matrix = Matrix4(rowMajor: builder.theta[offset..<(offset + 16)].map(Double.init))
      var middle = SIMD3<Double>.zero
      if case .cylinder = geometry { middle.z = 0.5 }
      let center = matrix.point(middle)
      bindings.bind(node, "to_world", .transform(offset: offset, pose: Placement(pose, pivot: center)))
    }
  }
}

extension SceneNode {
  /// A known kind of object that shapes may carry in Mitsuba, but not here yet.
  fileprivate var unsupportedInShape: SceneError {
    SceneError(.unsupported, at: location.description, found: "a \(kind.rawValue) in a shape is not supported yet")
  }
}
