/// A material as the kernel reads it: plain data; `slots` are texture indices in the order of `MaterialInput.all`.
struct MaterialRecord {
  enum Kind: UInt8 { case diffuse, conductor, roughConductor, dielectric, principled, twosided }
  var kind: Kind
  var distribution: MicrofacetDistribution = .beckmann
  var etaIsSpecular = false
  /// Expanded-vector offset of the index of refraction.
  var etaOffset: Int32 = 0
  var slots = SIMD16<Int32>(repeating: 0)
  var rates = Vector3(1, 1, 1)

  init(_ material: Material) {
    func place(_ textures: TextureID...) -> SIMD16<Int32> {
      var slots = SIMD16<Int32>(repeating: 0)
      for (i, texture) in textures.enumerated() { slots[i] = Int32(texture.index) }
      return slots
    }
    switch material {
    case .diffuse(let reflectance):
      kind = .diffuse
      slots = place(reflectance)
    case .conductor(let eta, let k, let specular):
      kind = .conductor
      slots = place(eta, k, specular)
    case .roughConductor(let distribution, let u, let v, let eta, let k, let specular):
      kind = .roughConductor
      self.distribution = distribution
      slots = place(eta, k, specular, u, v)
    case .dielectric(let eta, let reflectance, let transmittance):
      kind = .dielectric
      etaOffset = Int32(eta)
      slots = place(reflectance, transmittance)
    case .principled(let p):
      kind = .principled
      etaOffset = Int32(p.etaOffset)
      etaIsSpecular = p.etaIsSpecular
      rates = Vector3(
        p.mainSpecularSamplingRate, p.clearcoatSamplingRate, p.diffuseReflectanceSamplingRate)
      slots = place(
        p.baseColor, p.roughness, p.anisotropic, p.metallic, p.specTrans, p.specTint, p.sheen, p.sheenTint,
        p.flatness, p.clearcoat, p.clearcoatGloss)
    case .twosided(let front, let back):
      kind = .twosided
      slots[0] = Int32(front.index)
      slots[1] = Int32(back.index)
    }
  }
}

/// One differentiable input of a material: where it is read and which derivative lanes it owns.
struct MaterialInput {
  enum Form { case color, scalar, number }
  var slot: Int
  var lane: Int
  var form: Form

  /// Inputs per kind. `instantiate` must agree with these lanes.
  static func all(_ kind: MaterialRecord.Kind) -> [MaterialInput] {
    switch kind {
    case .diffuse: [MaterialInput(slot: 0, lane: 0, form: .color)]
    case .conductor: (0..<3).map { MaterialInput(slot: $0, lane: 3 * $0, form: .color) }
    case .roughConductor:
      (0..<3).map { MaterialInput(slot: $0, lane: 3 * $0, form: .color) }
        + [MaterialInput(slot: 3, lane: 9, form: .scalar), MaterialInput(slot: 4, lane: 10, form: .scalar)]
    case .dielectric:
      (0..<2).map { MaterialInput(slot: $0, lane: 3 * $0, form: .color) }
        + [MaterialInput(slot: 0, lane: 6, form: .number)]
    case .principled:
      [MaterialInput(slot: 0, lane: 0, form: .color)]
        + (1..<11).map { MaterialInput(slot: $0, lane: 2 + $0, form: .scalar) }
        + [MaterialInput(slot: 0, lane: 13, form: .number)]
    case .twosided: []
    }
  }
}

/// The BSDF of each kind at a point, its inputs read from `inputs`; lanes as in `MaterialInput.all`.
extension MaterialRecord {
  @inline(__always) func diffuse<I: MaterialInputs>(_ inputs: I) -> Diffuse<I.Scalar> {
    Diffuse(reflectance: inputs.color(slots[0], lane: 0))
  }

  @inline(__always) func conductor<I: MaterialInputs>(_ inputs: I) -> Conductor<I.Scalar> {
    Conductor(
      eta: inputs.color(slots[0], lane: 0), k: inputs.color(slots[1], lane: 3),
      specularReflectance: inputs.color(slots[2], lane: 6))
  }

  @inline(__always) func roughConductor<I: MaterialInputs>(_ inputs: I) -> RoughConductor<I.Scalar> {
    RoughConductor(
      microfacets: Microfacets(
        distribution, alphaU: inputs.scalar(slots[3], lane: 9), alphaV: inputs.scalar(slots[4], lane: 10)),
      eta: inputs.color(slots[0], lane: 0), k: inputs.color(slots[1], lane: 3),
      specularReflectance: inputs.color(slots[2], lane: 6))
  }

  @inline(__always) func dielectric<I: MaterialInputs>(_ inputs: I) -> Dielectric<I.Scalar> {
    Dielectric(
      eta: inputs.number(etaOffset, lane: 6), specularReflectance: inputs.color(slots[0], lane: 0),
      specularTransmittance: inputs.color(slots[1], lane: 3))
  }

  func principled<I: MaterialInputs>(_ inputs: I) -> PrincipledBSDF<I.Scalar> {
    let number = inputs.number(etaOffset, lane: 13)
    return PrincipledBSDF(
      baseColor: inputs.color(slots[0], lane: 0), roughness: inputs.scalar(slots[1], lane: 3),
      anisotropic: inputs.scalar(slots[2], lane: 4), metallic: inputs.scalar(slots[3], lane: 5),
      specTrans: inputs.scalar(slots[4], lane: 6), specTint: inputs.scalar(slots[5], lane: 7),
      sheen: inputs.scalar(slots[6], lane: 8), sheenTint: inputs.scalar(slots[7], lane: 9),
      flatness: inputs.scalar(slots[8], lane: 10), clearcoat: inputs.scalar(slots[9], lane: 11),
      clearcoatGloss: inputs.scalar(slots[10], lane: 12),
      eta: etaIsSpecular ? PrincipledBSDF.eta(specular: number) : number, rates: rates)
  }

  /// The same as one closed family; `twosided` has been resolved before.
  @inline(__always) func instantiate<I: MaterialInputs>(_ inputs: I) -> Scattering<I.Scalar> {
    switch kind {
    case .diffuse, .twosided: .diffuse(diffuse(inputs))
    case .conductor: .conductor(conductor(inputs))
    case .roughConductor: .roughConductor(roughConductor(inputs))
    case .dielectric: .dielectric(dielectric(inputs))
    case .principled: .principled(principled(inputs))
    }
  }
}
