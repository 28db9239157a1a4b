import Foundation

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

  /// The inside of a textured sphere whose light comes from a coloured spot and a projector, both with soft borders.
  static func projections() throws -> Scene {
    var scene = TestScene()
    let texture = try scene.smoothBitmap(key: "wall.data")
    let wall = scene.builder.add(Material.diffuse(reflectance: texture))
    scene.add(Geometry.sphere, TestScene.placed(at: .zero, scale: 2), wall, flipNormals: true)
    let target = Vector3(1, 0.7, 0.3)
    try scene.spot(
      TestScene.lookAt([0.2, -0.4, 0.3], target), [9, 6, 3], key: "spot", cutoff: 70, beam: 5, isTextured: true)
    // Dark along its border, so that moving the picture moves no edge.
    let picture = try scene.bitmap(width: 6, height: 5, key: "projector.irradiance", wrap: .clamp) { x, y, c in
      guard (1...4).contains(x), (1...3).contains(y) else { return 0 }
      return 0.3 + 0.1 * Float((x * 3 + y * 5 + c) % 4)
    }
    try scene.projector(
      TestScene.lookAt([-0.3, -0.5, -0.1], target), key: "projector", scale: 1.5, fov: 70, aspect: 1.2,
      picture: picture)
    try scene.camera(TestScene.lookAt([-0.5, 0.2, 0.1], target))
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

  /// The room seen through a lens.
  static func lensRoom() throws -> Scene {
    var scene = TestScene()
    let texture = try scene.smoothBitmap(key: "wall.data")
    let wall = scene.builder.add(Material.diffuse(reflectance: texture))
    scene.add(Geometry.sphere, TestScene.placed(at: .zero, scale: 2), wall, flipNormals: true)
    try scene.point([0.4, -0.3, 0.5], [3, 2, 1])
    try scene.lensCamera(TestScene.lookAt([-0.5, 0.2, 0.1], [1, 0.7, 0.3]), aperture: 0.3, focus: 0.9)
    scene.builder.integrator = IntegratorSettings(maxDepth: 3)
    return try scene.builder.build()
  }

  static func texturedFloor() throws -> Scene {
    try floor { scene in
      let texture = try scene.smoothBitmap(key: "floor.data")
      return scene.builder.add(Material.diffuse(reflectance: texture))
    }
  }

  /// A floor whose texture is turned and stretched by a parameter `floor.to_uv`.
  static func movedTexture() throws -> Scene {
    try floor { scene in
      let matrix: [Float] = [2, 0.3, 0.1, -0.4, 1.5, 0.2, 0, 0, 1]
      let offset = try scene.builder.declare(Parameter(key: "floor.to_uv", shape: [3, 3]), values: matrix)
      let uv = UVTransform(u: [2, -0.4], v: [0.3, 1.5], translation: [0.1, 0.2], parameter: offset)
      // Bilinear, with an area large enough on the floor that its kinks average out.
      let texture = try scene.bitmap(width: 4, height: 4, key: "floor.data", uv: uv) { x, y, c in
        let wave: Float = sin(Float(x) * 1.57 + Float(c)) * cos(Float(y) * 1.57)
        return 0.5 + 0.3 * wave
      }
      return scene.builder.add(Material.diffuse(reflectance: texture))
    }
  }

  /// A floor of triangles with a colour per vertex and a factor, seen by a camera that may move.
  static func colouredMesh() throws -> Scene {
    var scene = TestScene()
    try addColouredFloor(&scene)
    try scene.point([0.5, 0.3, 1.5], [3, 2, 1])
    try scene.sky([0.5, 0.6, 0.7])
    try scene.camera(oblique)
    scene.builder.integrator = IntegratorSettings(maxDepth: 2)
    return try scene.builder.build()
  }

  static func addColouredFloor(_ scene: inout TestScene) throws {
    let side = 7
    var (positions, colors, triangles): ([Float], [Float], [SIMD3<UInt32>]) = ([], [], [])
    for y in 0..<side {
      for x in 0..<side {
        positions += [Float(x) * 2 - 6, Float(y) * 2 - 6, 0]
        for c in 0..<3 {
          let phase = Float(3 * x + 5 * y + 2 * c)
          colors.append(0.5 + 0.3 * sin(phase))
        }
      }
    }
    for y in 0..<UInt32(side - 1) {
      for x in 0..<UInt32(side - 1) {
        let corner = y * UInt32(side) + x
        let above = corner + UInt32(side)
        triangles.append(SIMD3(corner, corner + 1, above))
        triangles.append(SIMD3(corner + 1, above + 1, above))
      }
    }
    let scale = try scene.number(0.9, key: "floor.scale")
    let texture = scene.builder.add(Texture.meshAttribute(name: "vertex_color", scale: scale))
    let offset = try scene.builder.declare(
      Parameter(key: "floor.vertex_color", shape: [side * side, 3]), values: colors)
    let places = try scene.builder.declare(
      Parameter(key: "floor.positions", shape: [side * side, 3], movesDiscontinuities: true), values: positions)
    var mesh = Mesh(
      positions: places, vertexCount: side * side, triangles: triangles, normals: nil, texcoords: nil)
    mesh.attributes = [MeshAttribute(name: "vertex_color", offset: offset, channels: 3, isPerFace: false)]
    let material = scene.builder.add(Material.diffuse(reflectance: texture))
    _ = scene.builder.add(Shape(id: "floor", geometry: .mesh(mesh), material: material))
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

extension DerivativeScene {
  /// - Parameter distribution: GGX facets seen edge-on still scatter, so that refraction ends in a jump whose place depends
  ///   on η; the interior derivative by η alone, which is what there is, is exact for Beckmann's.
  static func frostedFloor(_ distribution: MicrofacetDistribution) throws -> Scene {
    try floor { scene in
      let eta = try scene.number(1.5, key: "eta")
      let u = try scene.constant([0.3], key: "alpha_u")
      let v = try scene.smoothBitmap(key: "alpha_v", channels: 1, low: 0.3, high: 0.5)
      let reflectance = try scene.constant([0.9, 0.8, 0.7], key: "reflectance")
      let transmittance = try scene.smoothBitmap(key: "transmittance")
      return scene.builder.add(
        Material.roughDielectric(
          distribution: distribution, alphaU: u, alphaV: v, eta: eta, specularReflectance: reflectance,
          specularTransmittance: transmittance))
    }
  }

  static func windowFloor() throws -> Scene {
    try floor { scene in
      let eta = try scene.number(1.5, key: "eta")
      let reflectance = try scene.constant([0.9, 0.8, 0.7], key: "reflectance")
      let transmittance = try scene.smoothBitmap(key: "transmittance")
      return scene.builder.add(
        Material.thinDielectric(eta: eta, specularReflectance: reflectance, specularTransmittance: transmittance))
    }
  }

  /// Smooth or, with a roughness, rough.
  static func plasticFloor(isRough: Bool, isTextured: Bool = false) throws -> Scene {
    try floor { scene in
      let eta = try scene.number(1.5, key: "eta")
      let diffuse = try scene.smoothBitmap(key: "diffuse")
      let specular = try scene.constant([0.9, 0.8, 0.7], key: "specular")
      guard isRough else {
        return scene.builder.add(
          Material.plastic(eta: eta, diffuseReflectance: diffuse, specularReflectance: specular, isNonlinear: true))
      }
      let alpha =
        isTextured
        ? try scene.smoothBitmap(key: "alpha", channels: 1, low: 0.3, high: 0.6)
        : try scene.constant([0.4], key: "alpha")
      return scene.builder.add(
        Material.roughPlastic(
          distribution: .beckmann, alpha: alpha, eta: eta, diffuseReflectance: diffuse, specularReflectance: specular,
          isNonlinear: true))
    }
  }

  static let thinKeys = [
    "base_color", "roughness", "anisotropic", "spec_trans", "eta", "spec_tint", "sheen", "sheen_tint", "flatness",
    "diff_trans",
  ]

  static func thinFloor() throws -> Scene {
    try floor { scene in
      let color = try scene.smoothBitmap(key: "base_color")
      let roughness = try scene.smoothBitmap(key: "roughness", channels: 1, low: 0.5, high: 0.7)
      var inputs: [TextureID] = []
      for (key, value) in zip(thinKeys[2...], [Float(0.3), 0.4, 1.4, 0.3, 0.4, 0.3, 0.4, 0.8]) {
        inputs.append(try scene.constant([value], key: key))
      }
      return scene.builder.add(
        Material.principledThin(
          .init(
            baseColor: color, roughness: roughness, anisotropic: inputs[0], specTrans: inputs[1], eta: inputs[2],
            specTint: inputs[3], sheen: inputs[4], sheenTint: inputs[5], flatness: inputs[6], diffTrans: inputs[7])))
    }
  }

  private static func metal(_ scene: inout TestScene) throws -> MaterialID {
    let eta = try scene.constant([0.2, 0.9, 1.1])
    let k = try scene.constant([3.9, 2.4, 2.1])
    let alpha = try scene.constant([0.4], key: "metal.alpha")
    return scene.builder.add(
      Material.roughConductor(
        distribution: .ggx, alphaU: alpha, alphaV: alpha, eta: eta, k: k,
        specularReflectance: try scene.constant([1])))
  }

  /// - Parameter weight: where it is 0 or 1, only one of the two materials is visible.
  static func blendedFloor(_ weight: Float? = nil) throws -> Scene {
    try floor { scene in
      let texture =
        try weight.map { try scene.constant([$0], key: "weight") }
        ?? scene.smoothBitmap(key: "weight", channels: 1, low: 0.1, high: 0.9)
      let first = try scene.diffuse([0.7, 0.5, 0.3], key: "diffuse")
      return scene.builder.add(Material.blend(weight: texture, first: first, second: try metal(&scene)))
    }
  }

  static func maskedFloor(_ opacity: Float? = nil) throws -> Scene {
    try floor { scene in
      let texture =
        try opacity.map { try scene.constant([$0], key: "opacity") }
        ?? scene.smoothBitmap(key: "opacity", channels: 1, low: 0.2, high: 0.8)
      let nested = try scene.diffuse([0.7, 0.5, 0.3], key: "diffuse")
      return scene.builder.add(Material.mask(opacity: texture, nested: nested))
    }
  }

  /// Normals that stay near the surface's own.
  static func normalMappedFloor() throws -> Scene {
    try floor { scene in
      let normals = try scene.bitmap(width: 4, height: 4, key: "normals") { x, y, c in
        let phase = Float((3 * x + 2 * y + 5 * c) % 7) / 6
        return c == 2 ? 0.95 : 0.4 + 0.2 * phase
      }
      return scene.builder.add(Material.normalMap(normals: normals, nested: try metal(&scene), options: .init()))
    }
  }

  static func bumpMappedFloor() throws -> Scene {
    try floor { scene in
      let heights = try scene.smoothBitmap(key: "heights", channels: 1)
      let scale = try scene.number(3, key: "scale")
      return scene.builder.add(
        Material.bumpMap(heights: heights, scale: scale, nested: try metal(&scene), options: .init()))
    }
  }

  /// Wrappers of every kind inside each other, seen from behind.
  static func nestedFloor() throws -> Scene {
    try floor { scene in
      let heights = try scene.smoothBitmap(key: "heights", channels: 1)
      let bumped = scene.builder.add(
        Material.bumpMap(
          heights: heights, scale: try scene.number(2, key: "scale"), nested: try metal(&scene), options: .init()))
      let plain = try scene.diffuse([0.7, 0.5, 0.3], key: "diffuse")
      let blend = scene.builder.add(
        Material.blend(weight: try scene.constant([0.4], key: "weight"), first: plain, second: bumped))
      let normals = try scene.constant([0.55, 0.45, 0.9], key: "normals")
      let mapped = scene.builder.add(Material.normalMap(normals: normals, nested: blend, options: .init()))
      let black = try scene.diffuse([0, 0, 0])
      let sided = scene.builder.add(Material.twosided(front: mapped, back: black))
      return scene.builder.add(
        Material.mask(opacity: try scene.constant([0.7], key: "opacity"), nested: sided))
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
    + cases("moved texture", ["floor.to_uv", "floor.data"], step: 0.02, spp: 256) {
      try DerivativeScene.movedTexture()
    }
    + cases("coloured mesh", ["floor.vertex_color", "floor.scale"], step: 0.1) { try DerivativeScene.colouredMesh() }
    + cases("room", ["wall.data"], step: 0.05) { try DerivativeScene.room() }

  static let boundaries: [DerivativeCase] =
    cases("frosted", ["alpha_u", "alpha_v", "reflectance", "transmittance"], step: 0.05, spp: 512) {
      try DerivativeScene.frostedFloor(.ggx)
    }
    + cases("frosted by Beckmann", ["eta"], step: 0.05, spp: 512) { try DerivativeScene.frostedFloor(.beckmann) }
    + cases("window", ["eta", "reflectance", "transmittance"], step: 0.05) { try DerivativeScene.windowFloor() }
    + cases("plastic", ["eta", "diffuse", "specular"], step: 0.05, spp: 256) {
      try DerivativeScene.plasticFloor(isRough: false)
    }
    + cases("rough plastic", ["eta", "alpha", "diffuse", "specular"], step: 0.05, spp: 512) {
      try DerivativeScene.plasticFloor(isRough: true)
    }
    + cases("rough plastic, textured", ["eta", "alpha"], step: 0.05, spp: 512) {
      try DerivativeScene.plasticFloor(isRough: true, isTextured: true)
    }
    + cases("thin sheet", DerivativeScene.thinKeys.filter { $0 != "anisotropic" }, step: 0.08, spp: 512) {
      try DerivativeScene.thinFloor()
    }
    + cases("thin sheet", ["anisotropic"], step: 0.08, spp: 20_480) { try DerivativeScene.thinFloor() }

  static let wrappers: [DerivativeCase] =
    cases("blend", ["weight", "diffuse", "metal.alpha"], step: 0.05, spp: 512) { try DerivativeScene.blendedFloor() }
    + cases("mask", ["opacity", "diffuse"], step: 0.05, spp: 512) { try DerivativeScene.maskedFloor() }
    + cases("normal map", ["normals", "metal.alpha"], step: 0.02, spp: 512) { try DerivativeScene.normalMappedFloor() }
    + cases("bump map", ["heights", "scale", "metal.alpha"], step: 0.02, spp: 512) {
      try DerivativeScene.bumpMappedFloor()
    }
    + cases(
      "nested", ["heights", "scale", "weight", "normals", "opacity", "diffuse", "metal.alpha"], step: 0.03, spp: 1024
    ) { try DerivativeScene.nestedFloor() }

  static let lights: [DerivativeCase] =
    cases("lit", ["lamp.radiance"], step: 5, spp: 256) { try DerivativeScene.lit() }
    + cases("lit", ["sun.irradiance", "sky.radiance"], step: 0.3, spp: 512) { try DerivativeScene.lit() }
    + cases("lit", ["sun.rotate", "floor.data"], step: 0.1) { try DerivativeScene.lit() }
    + cases("room", ["bulb.intensity", "bulb.position", "bulb.translate"], step: 0.05) { try DerivativeScene.room() }
    + cases("floor", ["env.data", "env.scale", "env.rotate", "bulb.position"], step: 0.05, spp: 512) {
      try DerivativeScene.texturedFloor()
    }
    + cases("mirror", ["env.data", "env.scale", "env.rotate"], step: 0.05) { try DerivativeScene.mirrorFloor() }
    + cases(
      "projections",
      [
        "spot.intensity", "spot.texture", "spot.rotate", "spot.translate", "projector.irradiance", "projector.scale",
        "projector.translate", "projector.rotate", "wall.data",
      ], step: 0.02, spp: 256
    ) { try DerivativeScene.projections() }
    + cases("projections", ["spot.cutoff_angle", "spot.beam_width", "projector.x_fov"], step: 1, spp: 256) {
      try DerivativeScene.projections()
    }
    + cases("principled", ["env.rotate", "bulb.translate"], step: 0.05, spp: 512) {
      try DerivativeScene.principledFloor()
    }
    + cases("nested", ["bulb.translate"], step: 0.05, spp: 512) { try DerivativeScene.nestedFloor() }

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
    + cases("lens", ["sensor.aperture_radius", "sensor.focus_distance"] + poses, step: 0.05, spp: 1024) {
      try DerivativeScene.lensRoom()
    }
    + camera("projections", spp: 256) { try DerivativeScene.projections() }
    + camera("coloured mesh") { try DerivativeScene.colouredMesh() }
    + camera("textured floor", spp: 256) { try DerivativeScene.texturedFloor() }
    + camera("mirror") { try DerivativeScene.mirrorFloor() }
    + camera("metal") { try DerivativeScene.metalFloor(.ggx) }
    + camera("principled", spp: 512) { try DerivativeScene.principledFloor() }
    + camera("glass", spp: 512) { try DerivativeScene.glass() }
    + camera("plastic", spp: 512) { try DerivativeScene.plasticFloor(isRough: false) }
    + camera("window", spp: 512) { try DerivativeScene.windowFloor() }
    + camera("bump map", spp: 512) { try DerivativeScene.bumpMappedFloor() }
    + camera("nested", spp: 512) { try DerivativeScene.nestedFloor() }
}
