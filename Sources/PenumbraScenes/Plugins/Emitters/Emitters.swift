import PenumbraTransport

extension SceneAssembler {
  /// An emitter directly inside the scene.
  mutating func addEmitter(_ node: SceneNode) throws(SceneError) {
    open(node, slot: "emitter")
    var reader = PropertyReader(node, in: document)
    let here = node.location.description
    let weight = Float(try reader.float("sampling_weight", default: 1, in: 0...1e30))
    let pose: Pose
    let source: Emitter.Source
    switch try node.plugin(EmitterPlugin.self) {
    case .point:
      let position = try pointPosition(&reader)
      let intensity = try texture("intensity", of: &reader, default: [1, 1, 1], rule: .intensity)
      pose = try declarePose(.point, at: here)
      bindings.bind(node, "position", .point(offset: position, pose: Placement(pose, pivot: .zero)))
      source = .point(position: position, intensity: intensity)
    case .directional:
      let irradiance = try texture("irradiance", of: &reader, default: [1, 1, 1], rule: .irradiance)
      let matrix = try lightMatrix(&reader)
      let toWorld = try declareToWorld(matrix, discontinuous: true, at: here)
      pose = try declarePose(.directional, at: here)
      bindings.bind(node, "direction", .omitted)
      bindings.bind(node, "to_world", .transform(offset: toWorld, pose: Placement(pose, pivot: matrix.column(3))))
      source = .directional(toWorld: toWorld, irradiance: irradiance)
    case .constant:
      source = .constant(radiance: try texture("radiance", of: &reader, default: [1, 1, 1], rule: .radiance))
      reader.ignore("to_world")
      pose = Pose()
    case .envmap: (source, pose) = try environment(&reader)
    case .area:
      throw SceneError(.malformed, at: node.place, expected: "an area emitter inside a shape", found: "it here")
    case .spot: (source, pose) = try spot(&reader)
    case .projector: (source, pose) = try projector(&reader)
    case .directionalarea, .sunsky, .volumelight, .timedSunsky: throw node.unsupported
    }
    try reader.finish()
    close(node)
    builder.add(Emitter(id: name(of: node) ?? path, source: source, samplingWeight: weight, pose: pose))
  }

  /// The light of a shape: on the side of its normals.
  mutating func addAreaLight(_ node: SceneNode, of shape: ShapeID) throws(SceneError) {
    open(node, slot: "emitter")
    var reader = PropertyReader(node, in: document)
    let plugin = try node.plugin(EmitterPlugin.self)
    guard plugin == .area else {
      if plugin == .directionalarea { throw node.unsupported }
      throw SceneError(.malformed, at: node.place, expected: "an area emitter inside a shape", found: node.plugin)
    }
    let weight = Float(try reader.float("sampling_weight", default: 1, in: 0...1e30))
    let radiance = try texture("radiance", of: &reader, default: [1, 1, 1], rule: .radiance)
    let emitter = Emitter(
      id: node.id ?? path, source: .area(shape: shape, radiance: radiance), samplingWeight: weight)
    try reader.finish()
    close(node)
    builder.add(emitter)
  }

  /// `position`, or where `to_world` puts the origin.
  private mutating func pointPosition(_ reader: inout PropertyReader) throws(SceneError) -> Int {
    let position = try reader.point("position")
    let matrix = try reader.transform("to_world")
    guard position == nil || matrix == nil else {
      throw reader.outOfRange("position", "either 'position' or 'to_world'", found: "both")
    }
    let origin = position ?? matrix?.column(3) ?? .zero
    bindings.bind(reader.node, "to_world", .omitted)
    let parameter = Parameter(key: "position", shape: [3], unit: "world units", movesDiscontinuities: true)
    return try declare(
      parameter, values: [Float(origin.x), Float(origin.y), Float(origin.z)], at: reader.node.location.description)
  }

  /// `to_world`, or a frame whose +z is `direction`.
  private func lightMatrix(_ reader: inout PropertyReader) throws(SceneError) -> Matrix4 {
    let direction = try reader.vector("direction")
    let matrix = try reader.transform("to_world")
    guard direction == nil || matrix == nil else {
      throw reader.outOfRange("direction", "either 'direction' or 'to_world'", found: "both")
    }
    if let direction {
      guard length(direction) > 0 else { throw reader.outOfRange("direction", "a direction", found: "the zero vector") }
      return .lookAlong(direction)
    }
    guard let matrix else { return .identity }
    guard matrix.determinant != 0 else {
      throw reader.outOfRange("to_world", "an invertible transform", found: "a singular one")
    }
    return matrix
  }
}
