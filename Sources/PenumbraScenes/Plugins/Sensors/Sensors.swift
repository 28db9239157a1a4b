import PenumbraTransport

extension SceneAssembler {
  mutating func addSensor(_ node: SceneNode) throws(SceneError) {
    open(node, slot: "sensor")
    var reader = PropertyReader(node, in: document)
    let plugin = try node.plugin(SensorPlugin.self)
    guard plugin == .perspective || plugin == .orthographic else { throw node.unsupported }
    let film = try film(of: &reader)
    let sampler = try sampler(of: &reader)
    let near = try reader.float("near_clip", default: 1e-2, in: 1e-30...1e30)
    let far = try reader.float("far_clip", default: 1e4, in: 1e-30...1e30)
    guard near < far else { throw reader.outOfRange("near_clip", "near_clip below far_clip \(far)", found: "\(near)") }
    reader.ignore("shutter_open", "shutter_close", "focus_distance", "srf")
    let matrix = try reader.transform("to_world") ?? .identity
    let projection: Sensor.Projection
    if plugin == .perspective {
      guard matrix.isRigid(tolerance: 1e-3) else {
        throw reader.outOfRange("to_world", "a camera without scale or shear", found: "a transform with them")
      }
      projection = try perspective(&reader, film: film)
    } else {
      guard abs(matrix.determinant) > 0 else {
        throw reader.outOfRange("to_world", "an invertible transform", found: "a singular one")
      }
      projection = .orthographic
    }
    let here = node.location.description
    let toWorld = try declareToWorld(matrix, discontinuous: true, at: here)
    let pose = try declarePose(.sensor, at: here)
    bindings.bind(node, "to_world", .transform(offset: toWorld, pose: Placement(pose, pivot: matrix.column(3))))
    try reader.finish()
    close(node)
    builder.add(
      Sensor(
        id: name(of: node) ?? path, projection: projection, toWorld: toWorld, pose: pose, nearClip: Float(near),
        farClip: Float(far), film: film, sampler: sampler))
  }

  private mutating func perspective(_ reader: inout PropertyReader, film: Film) throws(SceneError) -> Sensor.Projection
  {
    let fov = try FieldOfView.horizontalDegrees(&reader, width: film.width, height: film.height)
    let here = reader.node.location.description
    let xFov = try declare(
      Parameter(key: "x_fov", bounds: 1e-2...179.9, unit: "°", movesDiscontinuities: true), values: [Float(fov)],
      at: here)
    bindings.bind(reader.node, "fov", .number(offset: xFov))
    bindings.bind(reader.node, "fov_axis", .string("x"))
    bindings.bind(reader.node, "focal_length", .omitted)
    var offsets: [Int] = []
    for name in ["principal_point_offset_x", "principal_point_offset_y"] {
      let value = Float(try reader.float(name, default: 0, in: -1e3...1e3))
      let parameter = Parameter(key: name, unit: "film widths or heights", movesDiscontinuities: true)
      offsets.append(try declare(parameter, values: [value], at: here))
      bindings.bind(reader.node, name, .number(offset: offsets[offsets.count - 1]))
    }
    return .perspective(xFov: xFov, principalPointX: offsets[0], principalPointY: offsets[1])
  }

  private func sampler(of sensor: inout PropertyReader) throws(SceneError) -> SamplerSettings {
    let nodes = sensor.objects(.sampler)
    guard nodes.count <= 1 else { throw sensor.outOfRange("", "one sampler", found: "\(nodes.count)") }
    guard let node = nodes.first?.node else { return SamplerSettings(kind: .sobol, samplesPerPixel: 4) }
    var reader = PropertyReader(node, in: document)
    let count = try reader.integer("sample_count", default: 4, in: 1...(1 << 30))
    _ = try reader.integer("seed")
    let kind: SamplerSettings.Kind
    switch try node.plugin(SamplerPlugin.self) {
    case .independent: kind = .independent
    case .multijitter, .stratified, .orthogonal, .ldsampler:
      kind = .sobol
      _ = try reader.boolean("jitter", default: true)
      reader.ignore("strength")
    }
    try reader.finish()
    return SamplerSettings(kind: kind, samplesPerPixel: count)
  }
}
