import Foundation
import PenumbraImages

/// Gathers the objects of a model, and gives it the camera and light that it may lack.
struct Stage {
  private let location: SourceLocation
  private var objects: [SceneNode] = []
  private var sensors: [SceneNode] = []
  private var low = SIMD3<Double>(repeating: .infinity)
  private var high = SIMD3<Double>(repeating: -.infinity)
  /// Whether the model brings lights of its own.
  var hasLights = false

  init(file: String) { location = SourceLocation(file: file) }

  private func node(
    _ kind: ObjectKind, _ plugin: String, id: String? = nil, _ properties: [(String, PropertyValue)]
  ) -> SceneNode {
    SceneNode(
      kind: kind, plugin: plugin, id: id, location: location,
      properties: properties.map { SceneNode.Property(name: $0, value: $1, location: location) })
  }

  mutating func add(_ kind: ObjectKind, _ plugin: String, id: String, _ properties: [(String, PropertyValue)]) {
    objects.append(node(kind, plugin, id: id, properties))
  }

  /// - Parameter aspect: width over height of the film, which has 768 columns.
  mutating func addSensor(
    _ plugin: String, id: String, aspect: Double, _ properties: [(String, PropertyValue)]
  ) {
    let height = max(1, Int((768 / aspect).rounded()))
    let film = node(
      .film, "hdrfilm", [("width", .integer(768)), ("height", .integer(height)), ("pixel_format", .string("rgb"))])
    let sampler = node(.sampler, "multijitter", [("sample_count", .integer(64))])
    sensors.append(node(.sensor, plugin, id: id, properties + [("", .object(film)), ("", .object(sampler))]))
  }

  /// Extends the box around the model.
  mutating func extend(by mesh: MeshData, _ world: Matrix4) {
    for index in 0..<mesh.vertexCount {
      let p = world.point(mesh.position(index))
      low = pointwiseMin(low, p)
      high = pointwiseMax(high, p)
    }
  }

  /// - Parameter shared: BSDFs that the shapes refer to by id.
  mutating func document(shared: [SceneNode], warnings: inout [String]) throws(SceneError) -> SceneDocument {
    guard low.x <= high.x else {
      throw SceneError(.malformed, at: location.file, expected: "at least one mesh", found: "none")
    }
    if sensors.isEmpty { addDefaultSensor() }
    if !hasLights {
      warnings.append("\(location.file): no lights, so a soft sky is added")
      objects.append(node(.emitter, "envmap", id: "sky", [("filename", .picture(EmbeddedPicture(Self.sky)))]))
    }
    let integrator = node(.integrator, "path", [("max_depth", .integer(17))])
    let all = [integrator] + sensors + shared + objects
    var ids: [String: SceneNode] = [:]
    for object in all { if let id = object.id { ids[id] = object } }
    let root = node(.scene, "scene", all.map { ("", .object($0)) })
    return try SceneDocument(root: root, ids: ids)
  }

  /// A camera in front (+z), a little above and to the right, that sees the whole model.
  private mutating func addDefaultSensor() {
    let center = (low + high) / 2
    let radius = max(length(high - low) / 2, 1e-6)
    let fov = 40.0
    let distance = 1.05 * radius / sin(fov / 2 * .pi / 180)
    let origin = center + normalize([0.45, 0.35, 1]) * distance
    let view = Matrix4.lookAt(origin: origin, target: center, up: [0, 1, 0]) ?? .identity
    addSensor(
      "perspective", id: "sensor", aspect: 4.0 / 3,
      [
        ("to_world", .transform(view)), ("fov", .float(fov)), ("fov_axis", .string("smaller")),
        ("near_clip", .float(distance * 1e-3)), ("far_clip", .float(distance * 1e3)),
      ])
  }

  /// Grey ground, a sky that brightens upwards, and a large soft lamp above the camera's left shoulder.
  private static let sky: Image = {
    let (width, height) = (64, 32)
    var image = Image(width: width, height: height, repeating: 0)
    let lamp = normalize([-0.5, 0.75, 0.6])
    for y in 0..<height {
      let theta = .pi * Double(y) / Double(height - 1)
      for x in 0..<width {
        let phi = 2 * .pi * (Double(x) + 0.5) / Double(width)
        let direction = SIMD3(sin(phi) * sin(theta), cos(theta), -cos(phi) * sin(theta))
        let up = direction.y
        let base = up > 0 ? 0.45 + 0.4 * up : 0.45 + 0.25 * up
        let light = base + 9 * exp((dot(direction, lamp) - 1) / 0.05)
        for c in 0..<3 { image[x, y, c] = Float(light) }
      }
    }
    return image
  }()
}
