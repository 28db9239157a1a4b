import PenumbraTransport

/// The object with its materials under an environment.
struct MaterialScene {
  let scene: Scene

  /// Longest paths, in Mitsuba's counting: direct light and one bounce between surfaces.
  static let maximumDepth = 3

  /// - Parameter other: an environment in place of the appearance's own.
  init(
    _ mesh: TriangleMesh, _ atlas: UVAtlas, _ appearance: Appearance, cameras: [Camera],
    light other: Surroundings? = nil
  ) throws(ReconstructionError) {
    var builder = SceneBuilder()
    let (color, _) = builder.addBitmap(
      appearance.baseColor, width: atlas.width, height: atlas.height, channels: 3)
    let (rough, _) = builder.addBitmap(
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
    builder.addEnvironment(environment, data: data, id: "light")
    let box = mesh.bounds ?? Box(.zero, .one)
    for (index, camera) in cameras.enumerated() {
      let range = camera.depthRange(of: box)
      builder.addSensor(camera, id: "view\(index)", near: range.near, far: range.far)
    }
    builder.integrator = IntegratorSettings(maxDepth: Self.maximumDepth, hideEmitters: true)
    do { scene = try builder.build() } catch { throw ReconstructionError(error) }
  }
}
