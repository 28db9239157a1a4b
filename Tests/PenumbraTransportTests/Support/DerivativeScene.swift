@testable import PenumbraTransport

/// Scenes in which nothing that moves has a visible edge, so that the interior derivative is the whole derivative.
enum DerivativeScene {
  private static let oblique = TestScene.lookAt([0.4, -1.6, 2.2], [0, 0.1, 0], up: [0, 0, 1])

  /// A floor that fills the view, under a smooth sky (its map turned) and a lamp of intensity 3.
  static func floor(_ material: (inout TestScene) throws -> MaterialID) throws -> Scene {
    var scene = TestScene()
    scene.floor(try material(&scene), size: 30)
    try scene.environment(matrix: TestScene.lookAt(.zero, [0.3, -0.8, 0.5]))
    try scene.point([0.5, 0.3, 1.5], [3, 2, 1], key: "bulb", pose: try scene.pose("bulb"))
    try scene.camera(oblique)
    scene.builder.integrator = IntegratorSettings(maxDepth: 2)
    return try scene.builder.build()
  }

  /// A floor under a lamp, a sun and a uniform sky.
  static func lit() throws -> Scene {
    var scene = TestScene()
    let texture = try scene.smoothBitmap(key: "floor.data")
    scene.floor(scene.builder.add(Material.diffuse(reflectance: texture)), size: 5)
    let black = try scene.diffuse([0.2, 0.2, 0.2])
    // Aside, so that the sun casts no shadow of it into the view.
    let lamp = scene.add(
      Geometry.rectangle, [1, 0, 0, -4, 0, -1, 0, 0, 0, 0, -1, 2, 0, 0, 0, 1], black, id: "lamp")
    try scene.area(lamp, [20, 30, 40], key: "lamp.radiance")
    try scene.directional([0.3, 0.2, -1], [1, 1, 2], key: "sun.irradiance", pose: try scene.pose("sun"))
    try scene.sky([0.5, 0.6, 0.7], key: "sky.radiance")
    try scene.camera(oblique)
    scene.builder.integrator = IntegratorSettings(maxDepth: 3)
    return try scene.builder.build()
  }

  /// The inside of a textured sphere with a lamp: no edges anywhere, light bounces, everything may move.
  static func room() throws -> Scene {
    var scene = TestScene()
    let texture = try scene.smoothBitmap(key: "wall.data")
    let wall = scene.builder.add(Material.diffuse(reflectance: texture))
    scene.add(Geometry.sphere, TestScene.placed(at: .zero, scale: 2), wall, flipNormals: true)
    try scene.point([0.4, -0.3, 0.5], [3, 2, 1], key: "bulb", pose: try scene.pose("bulb"))
    try scene.camera(TestScene.lookAt([-0.5, 0.2, 0.1], [1, 0.7, 0.3]))
    scene.builder.integrator = IntegratorSettings(maxDepth: 4)
    return try scene.builder.build()
  }

  static func texturedFloor() throws -> Scene {
    try floor { scene in
      let texture = try scene.smoothBitmap(key: "floor.data")
      return scene.builder.add(Material.diffuse(reflectance: texture))
    }
  }

  static func constantFloor() throws -> Scene {
    try floor { try $0.diffuse([0.7, 0.5, 0.3], key: "floor.reflectance") }
  }

  static func mirrorFloor() throws -> Scene {
    try floor { scene in
      let eta = try scene.constant([0.2, 0.9, 1.1], key: "floor.eta")
      let k = try scene.constant([3.9, 2.4, 2.1], key: "floor.k")
      let specular = try scene.constant([0.9, 0.8, 0.7], key: "floor.specular")
      return scene.builder.add(Material.conductor(eta: eta, k: k, specularReflectance: specular))
    }
  }

  static func metalFloor(_ distribution: MicrofacetDistribution) throws -> Scene {
    try floor { scene in
      let eta = try scene.constant([0.2, 0.9, 1.1], key: "floor.eta")
      let k = try scene.constant([3.9, 2.4, 2.1], key: "floor.k")
      let specular = try scene.smoothBitmap(key: "floor.specular")
      let u = try scene.constant([0.25], key: "floor.alpha_u")
      let v = try scene.smoothBitmap(key: "floor.alpha_v", channels: 1, low: 0.3, high: 0.5)
      return scene.builder.add(
        Material.roughConductor(
          distribution: distribution, alphaU: u, alphaV: v, eta: eta, k: k, specularReflectance: specular))
    }
  }

  static let principledKeys = [
    "base_color", "roughness", "anisotropic", "metallic", "spec_trans", "spec_tint", "sheen", "sheen_tint", "flatness",
    "clearcoat", "clearcoat_gloss", "eta",
  ]

  static func principledFloor() throws -> Scene {
    try floor { scene in
      let values: [Float] = [0.5, 0.4, 0.3, 0.3, 0.3, 0.5, 0.2, 0.3, 0.6, 0.2]
      let color = try scene.smoothBitmap(key: "base_color")
      let roughness = try scene.smoothBitmap(key: "roughness", channels: 1, low: 0.4, high: 0.6)
      var inputs: [TextureID] = []
      for (key, value) in zip(principledKeys[2...10], values.dropFirst()) {
        inputs.append(try scene.constant([value], key: key))
      }
      let eta = try scene.number(1.5, key: "eta")
      return scene.builder.add(
        Material.principled(
          .init(
            baseColor: color, roughness: roughness, anisotropic: inputs[0], metallic: inputs[1], specTrans: inputs[2],
            specTint: inputs[3], sheen: inputs[4], sheenTint: inputs[5], flatness: inputs[6], clearcoat: inputs[7],
            clearcoatGloss: inputs[8], etaOffset: eta, etaIsSpecular: false)))
    }
  }

  /// A sheet of glass, light refracted into the sky below and reflected from the one above.
  static func glass() throws -> Scene {
    try floor { scene in
      let eta = try scene.number(1.5, key: "glass.eta")
      let reflectance = try scene.constant([0.9, 0.8, 0.7], key: "glass.reflectance")
      let transmittance = try scene.smoothBitmap(key: "glass.transmittance")
      return scene.builder.add(
        Material.dielectric(eta: eta, specularReflectance: reflectance, specularTransmittance: transmittance))
    }
  }
}

/// A parameter of a scene and a step for finite differences.
struct DerivativeCase: Sendable, CustomStringConvertible {
  let description: String
  let scene: @Sendable () throws -> Scene
  let key: String
  /// Large, since the paths of both ends differ where a choice of lobe or light falls on the other side; the
  /// extrapolation takes care of truncation.
  let step: Float
  /// Samples per pixel and seed; noisy derivatives need more.
  let spp: Int

  private static func cases(
    _ name: String, _ keys: [String], step: Float, spp: Int = 128, _ scene: @escaping @Sendable () throws -> Scene
  ) -> [DerivativeCase] {
    keys.map { DerivativeCase(description: "\(name): \($0)", scene: scene, key: $0, step: step, spp: spp) }
  }

  static let materials: [DerivativeCase] =
    cases("constant", ["floor.reflectance"], step: 0.1) { try DerivativeScene.constantFloor() }
    + cases("bitmap", ["floor.data"], step: 0.1) { try DerivativeScene.texturedFloor() }
    + cases("mirror", ["floor.eta", "floor.k", "floor.specular"], step: 0.05) { try DerivativeScene.mirrorFloor() }
    + cases("beckmann", ["floor.eta", "floor.k", "floor.specular", "floor.alpha_u", "floor.alpha_v"], step: 0.05) {
      try DerivativeScene.metalFloor(.beckmann)
    }
    + cases("ggx", ["floor.alpha_u", "floor.alpha_v"], step: 0.05) { try DerivativeScene.metalFloor(.ggx) }
    + cases("principled", DerivativeScene.principledKeys, step: 0.08, spp: 768) {
      try DerivativeScene.principledFloor()
    }
    + cases("glass", ["glass.eta", "glass.reflectance", "glass.transmittance"], step: 0.06) {
      try DerivativeScene.glass()
    }
    + cases("room", ["wall.data"], step: 0.05) { try DerivativeScene.room() }

  static let lights: [DerivativeCase] =
    cases("lit", ["lamp.radiance"], step: 5, spp: 256) { try DerivativeScene.lit() }
    + cases("lit", ["sun.irradiance", "sky.radiance"], step: 0.3, spp: 512) { try DerivativeScene.lit() }
    + cases("lit", ["sun.rotate", "floor.data"], step: 0.1) { try DerivativeScene.lit() }
    + cases("room", ["bulb.intensity", "bulb.position", "bulb.translate"], step: 0.05) { try DerivativeScene.room() }
    + cases("floor", ["env.data", "env.scale", "env.rotate", "bulb.position"], step: 0.05) {
      try DerivativeScene.texturedFloor()
    }
    + cases("mirror", ["env.data", "env.scale", "env.rotate"], step: 0.05) { try DerivativeScene.mirrorFloor() }
    + cases("principled", ["env.rotate", "bulb.translate"], step: 0.05, spp: 256) {
      try DerivativeScene.principledFloor()
    }

  private static let poses = ["sensor.translate", "sensor.rotate"]
  private static let offsets = ["sensor.principal_point_offset_x", "sensor.principal_point_offset_y"]

  /// Every number of the camera before one scene.
  private static func camera(
    _ name: String, spp: Int = 128, _ scene: @escaping @Sendable () throws -> Scene
  ) -> [DerivativeCase] {
    cases(name, poses + offsets, step: 0.03, spp: spp, scene)
      + cases(name, ["sensor.x_fov"], step: 2, spp: spp, scene)
  }

  static let cameras: [DerivativeCase] =
    camera("room") { try DerivativeScene.room() }
    + camera("textured floor") { try DerivativeScene.texturedFloor() }
    + camera("mirror") { try DerivativeScene.mirrorFloor() }
    + camera("metal") { try DerivativeScene.metalFloor(.ggx) }
    + camera("principled", spp: 512) { try DerivativeScene.principledFloor() }
    + camera("glass", spp: 512) { try DerivativeScene.glass() }
}
