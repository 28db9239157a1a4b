import PenumbraTransport

extension SceneAssembler {
  mutating func addSensor(_ node: SceneNode) throws(SceneError) {
    if try node.plugin(SensorPlugin.self) == .batch { return try addBatch(node) }
    try addCamera(node, slot: "sensor", batch: nil)
  }

  /// What the cameras of a batch share.
  private struct Batch {
    var id: String
    /// Of one camera.
    var film: Film
    var sampler: SamplerSettings
  }

  /// Cameras that divide a film's width among them.
  private mutating func addBatch(_ node: SceneNode) throws(SceneError) {
    open(node, slot: "sensor")
    var reader = PropertyReader(node, in: document)
    var film = try film(of: &reader)
    let sampler = try sampler(of: &reader)
    let children = reader.objects(.sensor)
    guard !children.isEmpty, film.width % children.count == 0, film.crop == nil else {
      throw reader.outOfRange(
        "", "a batch of sensors whose number divides the film's width of \(film.width), without crop window",
        found: "\(children.count)")
    }
    film.width /= children.count
    let batch = Batch(id: name(of: node) ?? path, film: film, sampler: sampler)
    var taken: Set<String> = []
    for child in children {
      guard try child.node.plugin(SensorPlugin.self) != .batch else {
        throw SceneError(
          .unsupported, at: child.property.location.description, found: "a batch inside a batch is not supported")
      }
      let name = child.node.id ?? (child.property.name.isEmpty ? "sensor" : child.property.name)
      try addCamera(child.node, slot: Self.freeName(name, &taken), batch: batch)
    }
    reader.ignore("to_world", "near_clip", "far_clip", "shutter_open", "shutter_close", "srf")
    try reader.finish()
    close(node)
  }

  private mutating func addCamera(_ node: SceneNode, slot: String, batch: Batch?) throws(SceneError) {
    open(node, slot: slot)
    var reader = PropertyReader(node, in: document)
    let plugin = try node.plugin(SensorPlugin.self)
    guard [.perspective, .orthographic, .thinlens, .fisheye].contains(plugin) else { throw node.unsupported }
    // In a batch, a camera's own film only says how its angle of view is meant.
    let film = try film(of: &reader)
    let sampler = try sampler(of: &reader)
    let near = try reader.float("near_clip", default: 1e-2, in: 1e-30...1e30)
    let far = try reader.float("far_clip", default: 1e4, in: 1e-30...1e30)
    guard near < far else { throw reader.outOfRange("near_clip", "near_clip below far_clip \(far)", found: "\(near)") }
    reader.ignore("shutter_open", "shutter_close", "srf")
    let lens = plugin == .thinlens ? try thinLens(&reader, far: far) : nil
    reader.ignore("focus_distance")
    let matrix = try reader.transform("to_world") ?? .identity
    let projection: Sensor.Projection
    if plugin != .orthographic {
      guard matrix.isRigid(tolerance: 1e-3) else {
        throw reader.outOfRange("to_world", "a camera without scale or shear", found: "a transform with them")
      }
      projection = plugin == .fisheye ? try fisheye(&reader, film: film) : try perspective(&reader, film: film)
    } else {
      guard abs(matrix.determinant) > 0 else {
        throw reader.outOfRange("to_world", "an invertible transform", found: "a singular one")
      }
      projection = .orthographic
    }
    let coefficients = plugin == .orthographic ? nil : try distortion(&reader, isFisheye: plugin == .fisheye)
    let here = node.location.description
    let toWorld = try declareToWorld(matrix, discontinuous: true, at: here)
    let pose = try declarePose(.sensor, at: here)
    bindings.bind(node, "to_world", .transform(offset: toWorld, pose: Placement(pose, pivot: matrix.column(3))))
    try reader.finish()
    let id = name(of: node) ?? node.id ?? path
    close(node)
    var sensor = Sensor(
      id: id, projection: projection, toWorld: toWorld, pose: pose,
      nearClip: Float(near), farClip: Float(far), film: batch?.film ?? film, sampler: batch?.sampler ?? sampler)
    sensor.lens = lens
    sensor.distortion = coefficients
    sensor.batch = batch?.id
    builder.add(sensor)
  }

  /// `aperture_radius`, and `focus_distance`, by default at the far clipping plane.
  private mutating func thinLens(_ reader: inout PropertyReader, far: Double) throws(SceneError) -> Sensor.ThinLens {
    guard let radius = try reader.float("aperture_radius") else { throw reader.missing("'aperture_radius'") }
    guard (0...1e30).contains(radius) else {
      throw reader.outOfRange("aperture_radius", "a radius from 0", found: "\(radius)")
    }
    let focus = try reader.float("focus_distance", default: far, in: 1e-6...1e30)
    var offsets: [Int] = []
    for (name, value, bounds) in [
      ("aperture_radius", radius, 0...Float.infinity), ("focus_distance", focus, 1e-6...Float.infinity),
    ] {
      let parameter = Parameter(key: name, bounds: bounds, unit: "world units", movesDiscontinuities: true)
      offsets.append(try declare(parameter, values: [Float(value)], at: reader.node.location.description))
      bindings.bind(reader.node, name, .number(offset: offsets[offsets.count - 1]))
    }
    return Sensor.ThinLens(apertureRadius: offsets[0], focusDistance: offsets[1])
  }

  private mutating func perspective(_ reader: inout PropertyReader, film: Film) throws(SceneError) -> Sensor.Projection
  {
    let fov = try FieldOfView.horizontalDegrees(
      &reader, width: film.crop?.fullWidth ?? film.width, height: film.crop?.fullHeight ?? film.height)
    let numbers = try intrinsics(&reader, fov: fov, bounds: 1e-2...179.9)
    return .perspective(xFov: numbers.xFov, principalPointX: numbers.x, principalPointY: numbers.y)
  }

  /// Declares the horizontal field of view and the principal point.
  mutating func intrinsics(_ reader: inout PropertyReader, fov: Double, bounds: ClosedRange<Float>) throws(SceneError)
    -> (xFov: Int, x: Int, y: Int)
  {
    let here = reader.node.location.description
    let xFov = try declare(
      Parameter(key: "x_fov", bounds: bounds, unit: "°", movesDiscontinuities: true), values: [Float(fov)], at: here)
    bindings.bind(reader.node, "fov", .number(offset: xFov))
    bindings.bind(reader.node, "fov_axis", .string("x"))
    bindings.bind(reader.node, "focal_length", .omitted)
    var offsets: [Int] = []
    // Mitsuba's thin lens has no such offsets.
    guard reader.node.plugin != SensorPlugin.thinlens.rawValue else {
      let zeros = builder.addHidden([0, 0])
      return (xFov: xFov, x: zeros, y: zeros + 1)
    }
    for name in ["principal_point_offset_x", "principal_point_offset_y"] {
      let value = Float(try reader.float(name, default: 0, in: -1e3...1e3))
      let parameter = Parameter(key: name, unit: "film widths or heights", movesDiscontinuities: true)
      offsets.append(try declare(parameter, values: [value], at: here))
      bindings.bind(reader.node, name, .number(offset: offsets[offsets.count - 1]))
    }
    return (xFov, offsets[0], offsets[1])
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
