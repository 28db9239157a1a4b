import Foundation

@testable import PenumbraTransport

/// Builds small scenes. Everything with a key becomes a parameter, so that tests can differentiate it.
struct TestScene {
  var builder = SceneBuilder()

  // MARK: Numbers

  /// A constant texture; a parameter when it has a key.
  mutating func constant(_ values: [Float], key: String? = nil) throws -> TextureID {
    guard let key else { return builder.addHiddenConstant(values) }
    let offset = try builder.declare(Parameter(key: key, shape: values.count == 1 ? [] : [3]), values: values)
    return builder.add(.constant(offset: offset, channels: values.count))
  }

  mutating func number(_ value: Float, key: String) throws -> Int {
    try builder.declare(Parameter(key: key), values: [value])
  }

  mutating func bitmap(
    width: Int, height: Int, channels: Int = 3, key: String, filter: TextureFilter = .bilinear,
    wrap: TextureWrap = .repeat, uv: UVTransform = .identity, value: (_ x: Int, _ y: Int, _ c: Int) -> Float
  ) throws -> TextureID {
    var texels: [Float] = []
    for y in 0..<height { for x in 0..<width { for c in 0..<channels { texels.append(value(x, y, c)) } } }
    let offset = try builder.declare(Parameter(key: key, shape: [height, width, channels]), values: texels)
    return builder.add(
      .bitmap(offset: offset, width: width, height: height, channels: channels, filter: filter, wrap: wrap, uv: uv))
  }

  /// Smooth colours that vary over the whole square, in 0.2...0.8.
  mutating func smoothBitmap(key: String, channels: Int = 3, low: Float = 0.2, high: Float = 0.8) throws -> TextureID {
    try bitmap(width: 4, height: 4, channels: channels, key: key) { x, y, c in
      let wave = sin(Float(x) * 1.7 + Float(c)) * cos(Float(y) * 1.3 - 0.5 * Float(c))
      return low + (high - low) * (0.5 + 0.5 * wave)
    }
  }

  mutating func matrix(_ rows: [Float]) -> Int { builder.addHidden(rows) }

  /// Pose parameters `ID.translate`, `ID.rotate`.
  mutating func pose(_ id: String) throws -> Pose {
    Pose(
      translate: try builder.declare(Parameter(key: "\(id).translate", shape: [3]), values: [0, 0, 0]),
      rotate: try builder.declare(Parameter(key: "\(id).rotate", shape: [3]), values: [0, 0, 0]))
  }

  /// Pose parameters `ID.translate`, `ID.rotate`, `ID.scale`.
  mutating func shapePose(_ id: String) throws -> Pose {
    var pose = try pose(id)
    pose.scale = try builder.declare(Parameter(key: "\(id).scale"), values: [1])
    return pose
  }

  /// A mesh with parameters `KEY.positions` and `KEY.normals`.
  mutating func mesh(
    key: String, _ positions: [Vector3], normals: [Vector3]?, texcoords: [SIMD2<Float>]? = nil,
    triangles: [SIMD3<UInt32>]
  ) throws -> Geometry {
    let offset = try builder.declare(
      Parameter(key: "\(key).positions", shape: [positions.count, 3]),
      values: positions.flatMap { [$0.x, $0.y, $0.z] })
    let normalOffset = try normals.map { normals in
      try builder.declare(
        Parameter(key: "\(key).normals", shape: [normals.count, 3]), values: normals.flatMap { [$0.x, $0.y, $0.z] })
    }
    let uv = texcoords.map { builder.addHidden($0.flatMap { [$0.x, $0.y] }) }
    return .mesh(
      Mesh(
        positions: offset, vertexCount: positions.count, triangles: triangles, normals: normalOffset, texcoords: uv))
  }

  // MARK: Matrices

  static let identity: [Float] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

  static func placed(at p: Vector3, scale s: Float = 1) -> [Float] {
    [s, 0, 0, p.x, 0, s, 0, p.y, 0, 0, s, p.z, 0, 0, 0, 1]
  }

  /// Mitsuba's look_at: columns left, up, direction, origin.
  static func lookAt(_ origin: Vector3, _ target: Vector3, up: Vector3 = [0, 1, 0]) -> [Float] {
    let d = (target - origin).normalized
    let left = cross(up, d).normalized
    let newUp = cross(d, left)
    return [
      left.x, newUp.x, d.x, origin.x, left.y, newUp.y, d.y, origin.y, left.z, newUp.z, d.z, origin.z, 0, 0, 0, 1,
    ]
  }

  // MARK: Objects

  mutating func diffuse(_ values: [Float], key: String? = nil) throws -> MaterialID {
    let texture = try constant(values, key: key)
    return builder.add(Material.diffuse(reflectance: texture))
  }

  @discardableResult
  mutating func add(
    _ geometry: (Int) -> Geometry, _ matrix: [Float], _ material: MaterialID, id: String = "shape",
    flipNormals: Bool = false
  ) -> ShapeID {
    let offset = self.matrix(matrix)
    return builder.add(Shape(id: id, geometry: geometry(offset), material: material, flipNormals: flipNormals))
  }

  /// The rectangle [−s, s]² at height `z`, facing +z.
  @discardableResult
  mutating func floor(_ material: MaterialID, size: Float = 10, z: Float = 0) -> ShapeID {
    add(Geometry.rectangle, [size, 0, 0, 0, 0, size, 0, 0, 0, 0, 1, z, 0, 0, 0, 1], material, id: "floor")
  }

  mutating func area(_ shape: ShapeID, _ radiance: [Float], key: String? = nil) throws {
    let texture = try constant(radiance, key: key)
    builder.add(Emitter(id: "lamp", source: .area(shape: shape, radiance: texture)))
  }

  mutating func point(_ position: Vector3, _ intensity: [Float], key: String? = nil, pose: Pose = Pose()) throws {
    let offset =
      try key.map {
        try builder.declare(
          Parameter(key: $0 + ".position", shape: [3]), values: [position.x, position.y, position.z])
      } ?? builder.addHidden([position.x, position.y, position.z])
    let texture = try constant(intensity, key: key.map { $0 + ".intensity" })
    builder.add(Emitter(id: "bulb", source: .point(position: offset, intensity: texture), pose: pose))
  }

  mutating func directional(_ direction: Vector3, _ irradiance: [Float], key: String? = nil, pose: Pose = Pose()) throws
  {
    let offset = matrix(Self.lookAt(.zero, direction, up: abs(direction.normalized.y) > 0.9 ? [1, 0, 0] : [0, 1, 0]))
    let texture = try constant(irradiance, key: key)
    builder.add(Emitter(id: "sun", source: .directional(toWorld: offset, irradiance: texture), pose: pose))
  }

  /// A spot with parameters `KEY.intensity`, `.texture`, `.cutoff_angle`, `.beam_width` and its pose.
  mutating func spot(
    _ toWorld: [Float], _ intensity: [Float], key: String, cutoff: Float = 40, beam: Float = 15,
    isTextured: Bool = false
  ) throws {
    let color = try constant(intensity, key: "\(key).intensity")
    let texture = isTextured ? try smoothBitmap(key: "\(key).texture") : nil
    let angles = (try number(cutoff, key: "\(key).cutoff_angle"), try number(beam, key: "\(key).beam_width"))
    builder.add(
      Emitter(
        id: key,
        source: .spot(
          intensity: color, texture: texture, cutoffAngle: angles.0, beamWidth: angles.1, toWorld: matrix(toWorld)),
        pose: try pose(key)))
  }

  /// A projector with parameters `KEY.irradiance`, `.scale`, `.x_fov` and its pose.
  mutating func projector(
    _ toWorld: [Float], key: String, scale: Float = 2, fov: Float = 50, aspect: Float = 1, picture: TextureID? = nil
  ) throws {
    let irradiance = try picture ?? smoothBitmap(key: "\(key).irradiance")
    let factor = try number(scale, key: "\(key).scale")
    let degrees = try number(fov, key: "\(key).x_fov")
    builder.add(
      Emitter(
        id: key,
        source: .projector(
          irradiance: irradiance, scale: factor, xFov: degrees, aspect: aspect, toWorld: matrix(toWorld)),
        pose: try pose(key)))
  }

  mutating func sky(_ radiance: [Float], key: String? = nil) throws {
    let texture = try constant(radiance, key: key)
    builder.add(Emitter(id: "sky", source: .constant(radiance: texture)))
  }

  /// A smooth environment map with parameters `env.data`, `env.scale`, `env.rotate`.
  mutating func environment(width: Int = 16, height: Int = 9, matrix rows: [Float] = TestScene.identity) throws {
    var texels: [Float] = []
    for y in 0..<height {
      for x in 0..<width {
        let phase = 2 * Float.pi * (Float(x) + 0.5) / Float(width)
        let polar = Float.pi * Float(y) / Float(height - 1)
        for c in 0..<3 { texels.append(1 + 0.7 * sin(polar) * sin(phase + 1.3 * Float(c)) + 0.2 * cos(polar)) }
      }
    }
    let data = try builder.declare(Parameter(key: "env.data", shape: [height, width, 3]), values: texels)
    let scale = try number(1.5, key: "env.scale")
    let rotate = try builder.declare(Parameter(key: "env.rotate", shape: [3]), values: [0, 0, 0])
    builder.add(
      Emitter(
        id: "env",
        source: .environment(data: data, width: width, height: height, scale: scale, toWorld: matrix(rows)),
        pose: Pose(rotate: rotate)))
  }

  /// An environment map whose texels are alike.
  mutating func evenMap(_ radiance: Float) throws {
    let (width, height) = (16, 9)
    let data = try builder.declare(
      Parameter(key: "env.data", shape: [height, width, 3]),
      values: [Float](repeating: radiance, count: height * width * 3))
    builder.add(
      Emitter(
        id: "env",
        source: .environment(
          data: data, width: width, height: height, scale: try number(1, key: "env.scale"),
          toWorld: matrix(TestScene.identity)),
        pose: Pose()))
  }

  /// A perspective camera; its numbers are parameters `sensor.x_fov`, `.principal_point_offset_x`, `_y` and its pose.
  mutating func camera(
    _ toWorld: [Float], fov: Float = 40, width: Int = 8, height: Int = 8, filter: ReconstructionFilter = .box()
  ) throws {
    try camera(toWorld, fov: fov, film: Film(width: width, height: height, filter: filter))
  }

  mutating func camera(_ toWorld: [Float], fov: Float = 40, film: Film) throws {
    let fovOffset = try number(fov, key: "sensor.x_fov")
    let x = try number(0, key: "sensor.principal_point_offset_x")
    let y = try number(0, key: "sensor.principal_point_offset_y")
    let pose = try pose("sensor")
    builder.add(
      Sensor(
        id: "sensor", projection: .perspective(xFov: fovOffset, principalPointX: x, principalPointY: y),
        toWorld: matrix(toWorld), pose: pose, film: film))
  }

  /// A perspective camera with a lens: parameters `sensor.aperture_radius` and `sensor.focus_distance` besides.
  mutating func lensCamera(_ toWorld: [Float], aperture: Float, focus: Float, fov: Float = 40) throws {
    let fovOffset = try number(fov, key: "sensor.x_fov")
    let lens = Sensor.ThinLens(
      apertureRadius: try number(aperture, key: "sensor.aperture_radius"),
      focusDistance: try number(focus, key: "sensor.focus_distance"))
    let pose = try pose("sensor")
    var sensor = Sensor(
      id: "sensor",
      projection: .perspective(
        xFov: fovOffset, principalPointX: builder.addHidden([0]), principalPointY: builder.addHidden([0])),
      toWorld: matrix(toWorld), pose: pose, film: Film(width: 8, height: 8, filter: .box()))
    sensor.lens = lens
    builder.add(sensor)
  }

  /// A camera whose lens bends the picture; its coefficients are the parameter `sensor.distortion`.
  mutating func bentCamera(
    _ toWorld: [Float], fov: Float, distortion: [Float], isFisheye: Bool, width: Int = 8, height: Int = 8
  ) throws {
    let fovOffset = try number(fov, key: "sensor.x_fov")
    let x = try number(0.02, key: "sensor.principal_point_offset_x")
    let y = try number(-0.03, key: "sensor.principal_point_offset_y")
    let coefficients = try builder.declare(
      Parameter(key: "sensor.distortion", shape: [distortion.count]), values: distortion)
    let pose = try pose("sensor")
    var sensor = Sensor(
      id: "sensor",
      projection: isFisheye
        ? .fisheye(xFov: fovOffset, principalPointX: x, principalPointY: y)
        : .perspective(xFov: fovOffset, principalPointX: x, principalPointY: y),
      toWorld: matrix(toWorld), pose: pose, film: Film(width: width, height: height, filter: .box()))
    sensor.distortion = coefficients
    builder.add(sensor)
  }

  func renderer() throws -> Renderer { try Renderer(builder.build()) }
}

extension RenderSettings {
  static func test(
    spp: Int, seed: UInt64 = 0, sampler: SamplerSettings.Kind = .independent, maxDepth: Int? = nil, threads: Int? = nil,
    visibility: VisibilityEstimator = .none, spreadsDiffuse: Bool? = nil
  ) -> RenderSettings {
    var settings = RenderSettings()
    settings.visibility = visibility
    settings.samplesPerPixel = spp
    settings.seed = seed
    settings.sampler = sampler
    settings.maxDepth = maxDepth
    settings.threads = threads
    settings.spreadsDiffuse = spreadsDiffuse
    return settings
  }
}
