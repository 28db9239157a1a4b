import PenumbraTransport

/// The object with its materials under an environment.
struct MaterialScene {
  let scene: Scene
  /// Elements of θ.
  let baseColor: Range<Int>
  let roughness: Range<Int>
  let specular: Range<Int>
  let light: Range<Int>

  /// Longest paths, in Mitsuba's counting: direct light and one bounce between surfaces.
  static let maximumDepth = 3

  /// - Parameters:
  ///   - isPlain: whether the first texel stands for all of base colour and roughness.
  ///   - other: an environment in place of the appearance's own.
  init(
    _ mesh: TriangleMesh, _ atlas: UVAtlas, _ appearance: Appearance, cameras: [Camera], isPlain: Bool = false,
    light other: Surroundings? = nil
  ) throws(ReconstructionError) {
    var builder = SceneBuilder()
    let (color, baseColor) =
      isPlain
      ? builder.addBitmap(Array(appearance.baseColor.prefix(3)), width: 1, height: 1, channels: 3)
      : builder.addBitmap(appearance.baseColor, width: atlas.width, height: atlas.height, channels: 3)
    let (rough, roughness) =
      isPlain
      ? builder.addBitmap(Array(appearance.roughness.prefix(1)), width: 1, height: 1, channels: 1)
      : builder.addBitmap(
        appearance.roughness, width: appearance.roughnessWidth, height: appearance.roughnessHeight, channels: 1)
    let zero = builder.addHiddenConstant([0])
    let gloss = builder.addHidden([appearance.specular])
    let material = builder.add(
      Material.principled(
        Material.Principled(
          baseColor: color, roughness: rough, anisotropic: zero, metallic: zero, specTrans: zero, specTint: zero,
          sheen: zero, sheenTint: zero, flatness: zero, clearcoat: zero, clearcoatGloss: zero, etaOffset: gloss,
          etaIsSpecular: true)))
    _ = builder.addMesh(mesh, atlas, material: material, normals: appearance.normals)
    let environment = other ?? appearance.light
    let data = builder.addHidden(environment.colors)
    light = data..<(data + environment.colors.count)
    builder.addEnvironment(environment, data: data, id: "light")
    let box = mesh.bounds ?? Box(.zero, .one)
    for (index, camera) in cameras.enumerated() {
      let range = camera.depthRange(of: box)
      builder.addSensor(camera, id: "view\(index)", near: range.near, far: range.far)
    }
    builder.integrator = IntegratorSettings(maxDepth: Self.maximumDepth, hideEmitters: true)
    do { scene = try builder.build() } catch { throw ReconstructionError(error) }
    (self.baseColor, self.roughness, specular) = (baseColor, roughness, gloss..<(gloss + 1))
  }

}
