import Foundation

/// Turns a glTF asset into the description that a Mitsuba scene file of the same content would have.
///
/// Lengths, radiances and intensities keep their numbers. Lights of `KHR_lights_punctual` become point, spot and
/// directional emitters; nits, candela and lux are taken as W·m⁻²·sr⁻¹, W·sr⁻¹ and W·m⁻².
struct GLTFTranslation {
  private let file: GLTFFile
  private let location: SourceLocation
  private let nodes: [JSONNode]
  private let meshes: [JSONNode]
  private let accessors: [JSONNode]
  private var materials: GLTFMaterials
  private var stage: Stage
  private var visited: Set<Int> = []
  private var triangleCount = 0
  private(set) var warnings: [String] = []

  /// Nodes deeper than this are refused.
  private static let maximumDepth = 1000
  /// Triangles, copies of meshes included, above which an asset is refused.
  private static let maximumTriangles = 1 << 28

  init(_ file: GLTFFile) throws(SceneError) {
    self.file = file
    location = SourceLocation(file: file.path)
    nodes = try file.root.children("nodes")
    meshes = try file.root.children("meshes")
    accessors = try file.root.children("accessors")
    materials = try GLTFMaterials(file)
    stage = Stage(file: file.path)
  }

  mutating func document() throws(SceneError) -> SceneDocument {
    let scenes = try file.root.children("scenes")
    var roots: [Int]
    if scenes.isEmpty {
      let children = Set(try nodes.flatMapTyped { node throws(SceneError) in try node.integers("children") })
      roots = nodes.indices.filter { !children.contains($0) }
    } else {
      let chosen = try file.root.target("scene", in: scenes) ?? scenes[0]
      roots = try chosen.integers("nodes")
      // What the writer says of scenes that only their own surfaces light.
      if case .object(let extras)? = chosen.members["extras"], case .string("none")? = extras["environment"] {
        stage.hasLights = true
      }
    }
    // A stack rather than recursion: files may nest deeply.
    var open = roots.reversed().map { (node: $0, matrix: Matrix4.identity, depth: 0) }
    while let (index, matrix, depth) = open.popLast() {
      guard index < nodes.count else {
        throw SceneError(.outOfRange, at: file.path, expected: "nodes below \(nodes.count)", found: "\(index)")
      }
      guard visited.insert(index).inserted else {
        throw SceneError(.cyclic, at: nodes[index].place, found: "the node has two parents, or contains itself")
      }
      guard depth <= Self.maximumDepth else {
        throw SceneError(
          .outOfRange, at: nodes[index].place, expected: "at most \(Self.maximumDepth) levels", found: "more")
      }
      let world = matrix * (try Self.matrix(nodes[index]))
      try add(nodes[index], world)
      for child in try nodes[index].integers("children").reversed() { open.append((child, world, depth + 1)) }
    }
    warnings += materials.warnings
    return try stage.document(shared: materials.shared, warnings: &warnings)
  }

  private static func matrix(_ node: JSONNode) throws(SceneError) -> Matrix4 {
    if let m = try node.numbers("matrix", count: 16) {
      return Matrix4(rowMajor: (0..<16).map { m[4 * ($0 % 4) + $0 / 4] })
    }
    let t = try node.numbers("translation", count: 3) ?? [0, 0, 0]
    let q = try node.numbers("rotation", count: 4) ?? [0, 0, 0, 1]
    let s = try node.numbers("scale", count: 3) ?? [1, 1, 1]
    let axis = SIMD3(q[0], q[1], q[2])
    var matrix = Matrix4.translation([t[0], t[1], t[2]])
    if length(axis) > 0 { matrix = matrix * .rotation(axis: axis, radians: 2 * atan2(length(axis), q[3])) }
    return matrix * .scale([s[0], s[1], s[2]])
  }

  private mutating func add(_ node: JSONNode, _ world: Matrix4) throws(SceneError) {
    guard world.isFinite else {
      throw SceneError(.outOfRange, at: node.place, expected: "a transform of finite numbers", found: "an overflow")
    }
    let name = try node.string("name")
    if let mesh = try node.target("mesh", in: meshes) { try add(mesh, name, world) }
    if node.has("skin") { warnings.append("\(node.place): shown in its rest pose") }
    if let camera = try node.target("camera", in: file.root.children("cameras")) {
      try addCamera(camera, materials.freeName(name ?? "camera"), world)
    }
    if let reference = try node.addition("KHR_lights_punctual"),
      let lights = try file.root.addition("KHR_lights_punctual")?.children("lights"),
      let light = try reference.target("light", in: lights)
    {
      try addLight(light, materials.freeName(name ?? "light"), world)
    }
  }

  // MARK: - Meshes

  private mutating func add(_ mesh: JSONNode, _ name: String?, _ world: Matrix4) throws(SceneError) {
    if mesh.has("weights") { warnings.append("\(mesh.place): morph targets are left out") }
    guard world.determinant != 0 else {
      warnings.append("\(mesh.place): flattened by its node, left out")
      return
    }
    for primitive in try mesh.children("primitives") {
      let mode = try primitive.integer("mode") ?? 4
      guard (4...6).contains(mode) else {
        warnings.append("\(primitive.place): points and lines are left out")
        continue
      }
      for name in ["KHR_draco_mesh_compression", "EXT_meshopt_compression"]
      where try primitive.addition(name) != nil && !file.root.has("bufferViews") {
        throw SceneError(.unsupported, at: primitive.place, found: "the glTF extension '\(name)' is not supported")
      }
      let material = try primitive.integer("material")
      var (data, hasColors) = try self.data(primitive, mode: mode, colorFactor: materials.colorFactor(material))
      triangleCount += data.triangles.count
      guard triangleCount <= Self.maximumTriangles else {
        throw SceneError(
          .outOfRange, at: primitive.place, expected: "at most \(Self.maximumTriangles) triangles", found: "more")
      }
      // The front of a mirrored mesh stays the front.
      if world.determinant < 0 { data.reverseWinding() }
      let bsdf = try materials.bsdf(material, hasColors: hasColors, place: primitive.place)
      let own = try mesh.string("name")
      let id = materials.freeName(name ?? own ?? "mesh")
      var properties: [(String, PropertyValue)] = [
        ("filename", .mesh(EmbeddedMesh(data))), ("to_world", .transform(world)), ("", .reference(id: bsdf.id ?? "")),
      ]
      if data.normals.isEmpty { properties.append(("face_normals", .boolean(true))) }
      if let emitter = try materials.emitter(material) { properties.append(("", .object(emitter))) }
      stage.add(.shape, "ply", id: id, properties)
      stage.extend(by: data, world)
    }
  }

  private func data(_ primitive: JSONNode, mode: Int, colorFactor: SIMD3<Double>) throws(SceneError)
    -> (MeshData, hasColors: Bool)
  {
    guard let attributes = try primitive.child("attributes") else {
      throw SceneError(.malformed, at: primitive.place, expected: "attributes", found: "none")
    }
    func floats(_ name: String, _ components: ClosedRange<Int>) throws(SceneError) -> (
      values: [Float], components: Int
    )? {
      guard let index = try attributes.integer(name) else { return nil }
      let accessor = try GLTFAccessor(index, in: file, accessors, place: attributes.place)
      guard components.contains(accessor.components) else {
        throw attributes.mismatch(name, "\(components.lowerBound) components", .number(Double(accessor.components)))
      }
      return (try accessor.floats(), accessor.components)
    }
    guard let positions = try floats("POSITION", 3...3) else {
      throw SceneError(.malformed, at: attributes.place, expected: "POSITION", found: "none")
    }
    var data = MeshData()
    data.positions = positions.values
    data.normals = try floats("NORMAL", 3...3)?.values ?? []
    data.texcoords = try floats("TEXCOORD_0", 2...2)?.values ?? []
    let colors = try floats("COLOR_0", 3...4)
    for (name, count, perVertex) in [
      ("NORMAL", data.normals.count, 3), ("TEXCOORD_0", data.texcoords.count, 2),
      ("COLOR_0", colors?.values.count ?? 0, colors?.components ?? 3),
    ] where count != 0 && count != perVertex * data.vertexCount {
      throw SceneError(
        .malformed, at: "\(attributes.place).\(name)", expected: "\(data.vertexCount) entries",
        found: "\(count / perVertex)")
    }
    if let colors { data.setColors(colors.values, components: colors.components, factor: colorFactor) }
    try readTriangles(primitive, mode: mode, into: &data)
    return (data, colors != nil)
  }

  private func readTriangles(_ primitive: JSONNode, mode: Int, into data: inout MeshData) throws(SceneError) {
    let count = data.vertexCount
    var corners: [UInt32]
    if let index = try primitive.integer("indices") {
      corners = try GLTFAccessor(index, in: file, accessors, place: primitive.place).indices()
      if let found = corners.first(where: { $0 >= UInt32(count) }) {
        throw SceneError(
          .outOfRange, at: "\(primitive.place).indices", expected: "indices below \(count)", found: "\(found)")
      }
    } else {
      corners = Array(0..<UInt32(count))
    }
    guard corners.count >= 3, mode != 4 || corners.count % 3 == 0 else {
      throw SceneError(.malformed, at: primitive.place, expected: "whole triangles", found: "\(corners.count) corners")
    }
    switch mode {
    case 5:
      data.triangles = (0..<corners.count - 2).map {
        $0 % 2 == 0
          ? [corners[$0], corners[$0 + 1], corners[$0 + 2]] : [corners[$0 + 1], corners[$0], corners[$0 + 2]]
      }
    case 6: data.triangles = (1..<corners.count - 1).map { [corners[0], corners[$0], corners[$0 + 1]] }
    default:
      data.triangles = (0..<corners.count / 3).map { [corners[3 * $0], corners[3 * $0 + 1], corners[3 * $0 + 2]] }
    }
  }

  // MARK: - Cameras and lights

  /// glTF cameras look along −z with +x to the right, ours along +z with +x to the left.
  private mutating func addCamera(_ camera: JSONNode, _ id: String, _ world: Matrix4) throws(SceneError) {
    let turn = Matrix4.scale([-1, 1, -1])
    if let view = try camera.child("perspective") {
      guard let fov = try view.number("yfov") else {
        throw SceneError(.malformed, at: view.place, expected: "yfov", found: "none")
      }
      let degrees = fov * 180 / .pi
      guard degrees > 0.01, degrees < 179 else { throw view.mismatch("yfov", "an angle below 180°", .number(fov)) }
      let aspect = try view.number("aspectRatio", default: 4.0 / 3, in: 0.01...100)
      let near = try view.number("znear", default: 0.01, in: 1e-9...1e9)
      let far = try view.number("zfar", default: max(1e4, 1e4 * near), in: 1e-9...1e30)
      stage.addSensor(
        "perspective", id: id, aspect: aspect,
        [
          ("to_world", .transform(world.rigidPart * turn)), ("fov", .float(degrees)), ("fov_axis", .string("y")),
          ("near_clip", .float(near)), ("far_clip", .float(max(far, 2 * near))),
        ])
    } else if let view = try camera.child("orthographic") {
      let x = try view.number("xmag", default: 1, in: 1e-9...1e9)
      let y = try view.number("ymag", default: 1, in: 1e-9...1e9)
      let far = try view.number("zfar", default: 1e4, in: 1e-9...1e30)
      stage.addSensor(
        "orthographic", id: id, aspect: min(max(x / y, 0.01), 100),
        [("to_world", .transform(world.rigidPart * turn * .scale([x, x, 1]))), ("far_clip", .float(max(far, 0.02)))])
    }
  }

  private mutating func addLight(_ light: JSONNode, _ id: String, _ world: Matrix4) throws(SceneError) {
    let color = try light.numbers("color", count: 3) ?? [1, 1, 1]
    let intensity = try light.number("intensity", default: 1, in: 0...1e30)
    let value = PropertyValue.rgb(SIMD3(color[0], color[1], color[2]) * intensity)
    let turn = Matrix4.scale([-1, 1, -1])
    switch try light.string("type") {
    case "point":
      stage.add(.emitter, "point", id: id, [("position", .point(world.column(3))), ("intensity", value)])
    case "directional":
      stage.add(
        .emitter, "directional", id: id, [("to_world", .transform(world.rigidPart * turn)), ("irradiance", value)])
    case "spot":
      let cone = try light.child("spot")
      let outer = try cone?.number("outerConeAngle", default: .pi / 4, in: 1e-3...(.pi / 2)) ?? .pi / 4
      let inner = try cone?.number("innerConeAngle", default: 0, in: 0...(.pi / 2)) ?? 0
      stage.add(
        .emitter, "spot", id: id,
        [
          ("to_world", .transform(world.rigidPart * turn)), ("intensity", value),
          ("cutoff_angle", .float(outer * 180 / .pi)), ("beam_width", .float(min(inner, outer) * 180 / .pi)),
        ])
    default:
      throw SceneError(.malformed, at: light.place, expected: "a point, spot or directional light", found: "another")
    }
    stage.hasLights = true
  }
}

extension Sequence {
  fileprivate func flatMapTyped<Result>(_ transform: (Element) throws(SceneError) -> [Result]) throws(SceneError)
    -> [Result]
  {
    var results: [Result] = []
    for element in self { results += try transform(element) }
    return results
  }
}

extension Matrix4 {
  /// Rotation and translation without scale, as cameras and lights have them.
  var rigidPart: Matrix4 {
    let z = column(2)
    let direction = length(z) > 0 ? normalize(z) : [0, 0, 1]
    let y = column(1) - direction * dot(column(1), direction)
    let up = length(y) > 0 ? normalize(y) : SIMD3(0, 1, 0)
    let x = cross(up, direction)
    let o = column(3)
    return Matrix4(
      [x.x, up.x, direction.x, o.x], [x.y, up.y, direction.y, o.y], [x.z, up.z, direction.z, o.z], [0, 0, 0, 1])
  }
}
