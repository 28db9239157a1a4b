import PenumbraTransport

/// What a surface is made of and the light it stands in.
struct Appearance: Sendable {
  /// Linear RGB in 0...1, shape of the atlas [height × width × 3].
  var baseColor: [Float]
  /// In 0...1, shape [roughnessHeight × roughnessWidth].
  var roughness: [Float]
  var roughnessWidth: Int
  var roughnessHeight: Int
  /// Radiance from all directions, equirectangular with +y up, shape [height × width × 3].
  var light: [Float]

  static let lightWidth = 32
  static let lightHeight = 16

  /// Light of one radiance from everywhere that makes a glowing texture a reflecting one.
  ///
  /// - Parameters:
  ///   - glow: radiance of the surface, linear RGB.
  ///   - brightest: base colour that the brightest percents get.
  init(glow: [Float], atlas: UVAtlas, brightest: Float = 0.75) {
    let sorted = stride(from: 0, to: glow.count, by: 37).map { glow[$0] }.sorted()
    let high = max(sorted.isEmpty ? 1 : sorted[sorted.count * 97 / 100], 1e-3)
    let radiance = high / brightest
    baseColor = glow.map { min(max($0 / radiance, Self.darkest), Self.lightest) }
    (roughnessWidth, roughnessHeight) = (max(atlas.width / 8, 1), max(atlas.height / 8, 1))
    roughness = [Float](repeating: 0.6, count: roughnessWidth * roughnessHeight)
    light = [Float](repeating: radiance, count: 3 * Self.lightWidth * Self.lightHeight)
  }

  static let darkest: Float = 0.005
  static let lightest: Float = 0.98
}

/// The object with its materials under an environment.
struct MaterialScene {
  let scene: Scene
  /// Elements of θ.
  let baseColor: Range<Int>
  let roughness: Range<Int>
  let light: Range<Int>

  /// Longest paths, in Mitsuba's counting: direct light and one bounce between surfaces.
  static let maximumDepth = 3

  init(_ mesh: TriangleMesh, _ atlas: UVAtlas, _ appearance: Appearance, cameras: [Camera])
    throws(ReconstructionError)
  {
    var builder = SceneBuilder()
    let (color, baseColor) = builder.addBitmap(
      appearance.baseColor, width: atlas.width, height: atlas.height, channels: 3)
    let (rough, roughness) = builder.addBitmap(
      appearance.roughness, width: appearance.roughnessWidth, height: appearance.roughnessHeight, channels: 1)
    let zero = builder.addHiddenConstant([0])
    let specular = builder.addHidden([0.5])
    let material = builder.add(
      Material.principled(
        Material.Principled(
          baseColor: color, roughness: rough, anisotropic: zero, metallic: zero, specTrans: zero, specTint: zero,
          sheen: zero, sheenTint: zero, flatness: zero, clearcoat: zero, clearcoatGloss: zero, etaOffset: specular,
          etaIsSpecular: true)))
    _ = builder.addMesh(mesh, atlas, material: material)
    let data = builder.addHidden(appearance.light)
    light = data..<(data + appearance.light.count)
    let (scale, identity) = (builder.addHidden([1]), builder.addHidden(Self.identity))
    builder.add(
      Emitter(
        id: "light",
        source: .environment(
          data: data, width: Appearance.lightWidth, height: Appearance.lightHeight, scale: scale, toWorld: identity)))
    let box = mesh.bounds ?? Box(.zero, .one)
    for (index, camera) in cameras.enumerated() {
      let range = camera.depthRange(of: box)
      builder.addSensor(camera, id: "view\(index)", near: range.near, far: range.far)
    }
    builder.integrator = IntegratorSettings(maxDepth: Self.maximumDepth, hideEmitters: true)
    do { scene = try builder.build() } catch { throw ReconstructionError(error) }
    (self.baseColor, self.roughness) = (baseColor, roughness)
  }

  private static let identity: [Float] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
}
