import Testing

@testable import PenumbraTransport

/// A material whose values are known from another renderer.
struct ReferenceMaterial: Sendable, CustomStringConvertible {
  /// Key of `ReferenceValues.all`.
  let description: String
  /// Directions below the surface count too: above alone, from below, and from side to side.
  let sides: Sides
  let make: @Sendable (inout TestScene) throws -> MaterialID

  enum Sides: Sendable { case front, both, transmitting }

  init(_ description: String, _ sides: Sides, _ make: @escaping @Sendable (inout TestScene) throws -> MaterialID) {
    (self.description, self.sides, self.make) = (description, sides, make)
  }

  /// In the order of the reference values.
  var pairs: [(wi: Vector3, wo: Vector3)] {
    let above: [(wi: Vector3, wo: Vector3)] = Self.incoming.flatMap { wi in Self.outgoing.map { (wi, $0) } }
    func below(_ v: Vector3) -> Vector3 { Vector3(v.x, v.y, -v.z) }
    var result = above
    if sides != .front { result += above.prefix(3).map { (below($0.wi), below($0.wo)) } }
    if sides == .transmitting {
      result += above.prefix(4).map { ($0.wi, below($0.wo)) } + above.prefix(4).map { (below($0.wi), $0.wo) }
    }
    return result
  }

  private static let incoming: [Vector3] = [
    Vector3(0.3, 0.2, 0.9).normalized, Vector3(-0.6, 0.5, 0.4).normalized, Vector3(0.7, -0.6, 0.15).normalized,
  ]
  private static let outgoing: [Vector3] = [
    Vector3(-0.25, -0.2, 0.9).normalized, Vector3(0.5, -0.5, 0.5).normalized, Vector3(-0.1, 0.9, 0.2).normalized,
  ]
}

extension ReferenceMaterial {
  private static func index(_ interior: Float, _ exterior: Float = 1.000277) -> Float { interior / exterior }

  private static func roughPlastic(
    _ scene: inout TestScene, _ distribution: MicrofacetDistribution, alpha: Float, eta: Float, diffuse: [Float],
    specular: [Float] = [1], isNonlinear: Bool
  ) throws -> MaterialID {
    let (alpha, diffuse, specular) = (
      try scene.constant([alpha]), try scene.constant(diffuse), try scene.constant(specular)
    )
    return scene.builder.add(
      Material.roughPlastic(
        distribution: distribution, alpha: alpha, eta: scene.builder.addHidden([eta]), diffuseReflectance: diffuse,
        specularReflectance: specular, isNonlinear: isNonlinear))
  }

  private static func frosted(_ scene: inout TestScene, alpha: Float = 0.4) throws -> MaterialID {
    let (alpha, white) = (try scene.constant([alpha]), try scene.constant([1]))
    return scene.builder.add(
      Material.roughDielectric(
        distribution: .ggx, alphaU: alpha, alphaV: alpha, eta: scene.builder.addHidden([index(1.5046)]),
        specularReflectance: white, specularTransmittance: white))
  }

  private static func brushed(_ scene: inout TestScene) throws -> MaterialID {
    let (u, v) = (try scene.constant([0.2]), try scene.constant([0.5]))
    return scene.builder.add(
      Material.roughConductor(
        distribution: .ggx, alphaU: u, alphaV: v, eta: try scene.constant([1.5]), k: try scene.constant([3]),
        specularReflectance: try scene.constant([1])))
  }

  private static func normalMapped(
    _ scene: inout TestScene, _ texel: [Float], _ nested: MaterialID,
    _ options: Material.PerturbationOptions = .init()
  ) throws -> MaterialID {
    scene.builder.add(Material.normalMap(normals: try scene.constant(texel), nested: nested, options: options))
  }

  private static func thin(
    _ scene: inout TestScene, roughness: Float, anisotropic: Float = 0, specTrans: Float = 0, eta: Float = 1.5,
    specTint: Float = 0, sheen: Float, sheenTint: Float = 0, flatness: Float, diffTrans: Float
  ) throws -> MaterialID {
    var inputs: [TextureID] = []
    for value in [roughness, anisotropic, specTrans, eta, specTint, sheen, sheenTint, flatness, diffTrans] {
      inputs.append(try scene.constant([value]))
    }
    return scene.builder.add(
      Material.principledThin(
        .init(
          baseColor: try scene.constant([0.7, 0.3, 0.1]), roughness: inputs[0], anisotropic: inputs[1],
          specTrans: inputs[2], eta: inputs[3], specTint: inputs[4], sheen: inputs[5], sheenTint: inputs[6],
          flatness: inputs[7], diffTrans: inputs[8])))
  }

  static let boundaries: [ReferenceMaterial] = [
    ReferenceMaterial("roughdielectric beckmann", .transmitting) { scene in
      let (alpha, white) = (try scene.constant([0.3]), try scene.constant([1]))
      return scene.builder.add(
        Material.roughDielectric(
          distribution: .beckmann, alphaU: alpha, alphaV: alpha, eta: scene.builder.addHidden([index(1.5046)]),
          specularReflectance: white, specularTransmittance: white))
    },
    ReferenceMaterial("roughdielectric ggx", .transmitting) { scene in
      let (u, v) = (try scene.constant([0.2]), try scene.constant([0.5]))
      return scene.builder.add(
        Material.roughDielectric(
          distribution: .ggx, alphaU: u, alphaV: v, eta: scene.builder.addHidden([1.33]),
          specularReflectance: try scene.constant([0.9, 0.8, 0.7]),
          specularTransmittance: try scene.constant([0.5, 0.6, 0.7])))
    },
    ReferenceMaterial("principledthin", .transmitting) {
      try thin(
        &$0, roughness: 0.4, anisotropic: 0.5, specTrans: 0.6, eta: 1.33, specTint: 0.4, sheen: 0.3, sheenTint: 0.5,
        flatness: 0.4, diffTrans: 0.8)
    },
    ReferenceMaterial("principledthin diffuse", .transmitting) {
      try thin(&$0, roughness: 0.7, sheen: 0.3, flatness: 0.4, diffTrans: 1.2)
    },
  ]

  static let coats: [ReferenceMaterial] = [
    ReferenceMaterial("plastic", .front) { scene in
      let (diffuse, white) = (try scene.constant([0.1, 0.27, 0.36]), try scene.constant([1]))
      return scene.builder.add(
        Material.plastic(
          eta: scene.builder.addHidden([index(1.9)]), diffuseReflectance: diffuse, specularReflectance: white,
          isNonlinear: false))
    },
    ReferenceMaterial("plastic nonlinear", .front) { scene in
      let (diffuse, specular) = (try scene.constant([0.1, 0.27, 0.36]), try scene.constant([0.5, 0.6, 0.7]))
      return scene.builder.add(
        Material.plastic(
          eta: scene.builder.addHidden([index(1.49)]), diffuseReflectance: diffuse, specularReflectance: specular,
          isNonlinear: true))
    },
    ReferenceMaterial("roughplastic beckmann", .front) {
      try roughPlastic(&$0, .beckmann, alpha: 0.1, eta: index(1.49), diffuse: [0.2, 0.7, 0.7], isNonlinear: false)
    },
    ReferenceMaterial("roughplastic ggx", .front) {
      try roughPlastic(
        &$0, .ggx, alpha: 0.4, eta: index(1.5046), diffuse: [0.02, 0.2, 0.1], specular: [0.5, 0.6, 0.7],
        isNonlinear: true)
    },
    ReferenceMaterial("roughplastic ggx 1", .front) {
      try roughPlastic(&$0, .ggx, alpha: 1, eta: index(1.5046), diffuse: [0.02, 0.2, 0.1], isNonlinear: true)
    },
    ReferenceMaterial("roughplastic ggx .01", .front) {
      try roughPlastic(&$0, .ggx, alpha: 0.01, eta: index(1.5046), diffuse: [0.02, 0.2, 0.1], isNonlinear: true)
    },
  ]

  static let wrappers: [ReferenceMaterial] = [
    ReferenceMaterial("blend", .front) { scene in
      let first = try scene.diffuse([0.7, 0.3, 0.1])
      let alpha = try scene.constant([0.3])
      let metal = scene.builder.add(
        Material.roughConductor(
          distribution: .beckmann, alphaU: alpha, alphaV: alpha, eta: try scene.constant([1.5]),
          k: try scene.constant([3]), specularReflectance: try scene.constant([1])))
      return scene.builder.add(
        Material.blend(weight: try scene.constant([0.3]), first: first, second: metal))
    },
    ReferenceMaterial("mask", .front) { scene in
      let nested = try scene.diffuse([0.7, 0.3, 0.1])
      return scene.builder.add(Material.mask(opacity: try scene.constant([0.3]), nested: nested))
    },
    ReferenceMaterial("normalmap", .front) { try normalMapped(&$0, [0.65, 0.4, 0.85], brushed(&$0)) },
    ReferenceMaterial("normalmap flip", .front) {
      try normalMapped(&$0, [0.95, 0.1, 0.6], $0.diffuse([0.5, 0.5, 0.5]))
    },
    ReferenceMaterial("normalmap plain", .front) {
      try normalMapped(
        &$0, [0.95, 0.1, 0.6], $0.diffuse([0.5, 0.5, 0.5]), .init(flipsInvalidNormals: false, isShadowed: false))
    },
    ReferenceMaterial("twosided normalmap", .both) {
      let side = try normalMapped(&$0, [0.65, 0.4, 0.85], brushed(&$0))
      return $0.builder.add(Material.twosided(front: side, back: side))
    },
    ReferenceMaterial("normalmap normalmap glass", .transmitting) {
      try normalMapped(&$0, [0.6, 0.45, 0.95], normalMapped(&$0, [0.45, 0.6, 0.9], frosted(&$0)))
    },
    ReferenceMaterial("twosided glass", .transmitting) {
      let side = try frosted(&$0)
      return $0.builder.add(Material.twosided(front: side, back: side))
    },
  ]
}

struct ReferenceValueTests {
  private func check(_ c: ReferenceMaterial, relative: Float) throws {
    let probe = try SurfaceProbe(c.make)
    let expected = try #require(ReferenceValues.all[c.description])
    try #require(expected.count == 3 * c.pairs.count)
    let largest = expected.max() ?? 0
    for (i, (wi, wo)) in c.pairs.enumerated() {
      let value = probe.value(wi: wi, wo: wo)
      for channel in 0..<3 {
        let reference = expected[3 * i + channel]
        #expect(
          abs(value[channel] - reference) <= relative * reference + 1e-6 * largest,
          "pair \(i) channel \(channel): \(value[channel]), expected \(reference)")
      }
    }
  }

  /// Six digits are printed, and single precision loses some near grazing angles.
  @Test("Boundaries scatter what Mitsuba's scatter", arguments: ReferenceMaterial.boundaries)
  func boundaries(_ c: ReferenceMaterial) throws { try check(c, relative: 2e-5) }

  /// Mitsuba's transmittances come from 32 × 32 Gauss–Legendre nodes, ours from other ones.
  @Test("Coated materials scatter what Mitsuba's scatter", arguments: ReferenceMaterial.coats)
  func coats(_ c: ReferenceMaterial) throws { try check(c, relative: 1e-3) }

  @Test("Wrapped materials scatter what Mitsuba's scatter", arguments: ReferenceMaterial.wrappers)
  func wrappers(_ c: ReferenceMaterial) throws { try check(c, relative: 3e-5) }
}
