/// A material as the kernel reads it: plain data; `slots` are texture indices in the order of `MaterialInput.all`.
struct MaterialRecord {
  enum Kind: UInt8, CaseIterable {
    case diffuse, conductor, roughConductor, dielectric, roughDielectric, thinDielectric, plastic, roughPlastic
    case principled, principledThin, null
    case twosided, mask, blend, normalMap, bumpMap

    /// Wrappers are resolved at the hit; they never scatter themselves.
    @inline(__always) var isWrapper: Bool { rawValue >= Kind.twosided.rawValue }
  }
  var kind: Kind
  var distribution: MicrofacetDistribution = .beckmann
  var etaIsSpecular = false
  /// Scattering inside the coat of a plastic shifts its colour.
  var isNonlinear = false
  var perturbation = Material.PerturbationOptions()
  /// Expanded-vector offset of the index of refraction, or of the scale of a bump map.
  var etaOffset: Int32 = 0
  var slots = SIMD16<Int32>(repeating: 0)
  /// Wrapped materials: front and back, first and second, or the nested one twice. The nested one of a mask is the
  /// second; its first is no surface at all.
  var children = SIMD2<Int32>(repeating: 0)
  var rates = SIMD4<Float>(repeating: 1)
  /// Rough plastic only.
  var coat: CoatTransmittance?

  init(_ material: Material) {
    switch material {
    case .diffuse: kind = .diffuse
    case .conductor: kind = .conductor
    case .roughConductor(let distribution, _, _, _, _, _):
      kind = .roughConductor
      self.distribution = distribution
    case .dielectric: kind = .dielectric
    case .roughDielectric(let distribution, _, _, _, _, _):
      kind = .roughDielectric
      self.distribution = distribution
    case .thinDielectric: kind = .thinDielectric
    case .plastic(_, _, _, let isNonlinear):
      kind = .plastic
      self.isNonlinear = isNonlinear
    case .roughPlastic(let distribution, _, _, _, _, let isNonlinear):
      kind = .roughPlastic
      self.distribution = distribution
      self.isNonlinear = isNonlinear
    case .principled(let p):
      kind = .principled
      etaIsSpecular = p.etaIsSpecular
      rates = SIMD4(
        p.mainSpecularSamplingRate, p.clearcoatSamplingRate, p.diffuseReflectanceSamplingRate, 0)
    case .principledThin(let p):
      kind = .principledThin
      rates = p.samplingRates
    case .null: kind = .null
    case .twosided: kind = .twosided
    case .mask: kind = .mask
    case .blend: kind = .blend
    case .normalMap(_, _, let options):
      kind = .normalMap
      perturbation = options
    case .bumpMap(_, _, _, let options):
      kind = .bumpMap
      perturbation = options
    }
    for (i, texture) in material.textures.enumerated() { slots[i] = Int32(texture.index) }
    etaOffset = Int32(material.number ?? 0)
    let nested = material.children
    if let first = nested.first, let last = nested.last { children = [Int32(first.index), Int32(last.index)] }
  }
}

/// One differentiable input of a material: where it is read and which derivative lanes it owns.
struct MaterialInput {
  enum Form { case color, scalar, number }
  var slot: Int
  var lane: Int
  var form: Form

  /// Inputs per kind. `instantiate` must agree with these lanes; the inputs of wrappers have their lanes from
  /// `WrapperChain`.
  static func all(_ kind: MaterialRecord.Kind) -> [MaterialInput] {
    func colors(_ count: Int) -> [MaterialInput] {
      (0..<count).map { MaterialInput(slot: $0, lane: 3 * $0, form: .color) }
    }
    func scalars(_ slots: Range<Int>, lane: Int) -> [MaterialInput] {
      slots.map { MaterialInput(slot: $0, lane: lane + $0 - slots.lowerBound, form: .scalar) }
    }
    func number(lane: Int) -> [MaterialInput] { [MaterialInput(slot: 0, lane: lane, form: .number)] }
    return switch kind {
    case .diffuse: colors(1)
    case .conductor: colors(3)
    case .roughConductor: colors(3) + scalars(3..<5, lane: 9)
    case .dielectric, .thinDielectric, .plastic: colors(2) + number(lane: 6)
    case .roughDielectric: colors(2) + scalars(2..<4, lane: 6) + number(lane: 8)
    case .roughPlastic: colors(2) + scalars(2..<3, lane: 6) + number(lane: 7)
    case .principled: colors(1) + scalars(1..<11, lane: 3) + number(lane: 13)
    case .principledThin: colors(1) + scalars(1..<10, lane: 3)
    case .null, .twosided, .mask, .blend, .normalMap, .bumpMap: []
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

  func roughDielectric<I: MaterialInputs>(_ inputs: I) -> RoughDielectric<I.Scalar> {
    RoughDielectric(
      microfacets: Microfacets(
        distribution, alphaU: inputs.scalar(slots[2], lane: 6), alphaV: inputs.scalar(slots[3], lane: 7)),
      eta: inputs.number(etaOffset, lane: 8), specularReflectance: inputs.color(slots[0], lane: 0),
      specularTransmittance: inputs.color(slots[1], lane: 3))
  }

  func thinDielectric<I: MaterialInputs>(_ inputs: I) -> ThinDielectric<I.Scalar> {
    ThinDielectric(
      eta: inputs.number(etaOffset, lane: 6), specularReflectance: inputs.color(slots[0], lane: 0),
      specularTransmittance: inputs.color(slots[1], lane: 3))
  }

  func plastic<I: MaterialInputs>(_ inputs: I) -> Plastic<I.Scalar> {
    Plastic(
      eta: inputs.number(etaOffset, lane: 6), diffuseReflectance: inputs.color(slots[0], lane: 0),
      specularReflectance: inputs.color(slots[1], lane: 3), isNonlinear: isNonlinear)
  }

  func roughPlastic<I: MaterialInputs>(_ inputs: I) -> RoughPlastic<I.Scalar> {
    guard let coat else { preconditionFailure("rough plastic without its table") }
    let alpha = inputs.scalar(slots[2], lane: 6)
    return RoughPlastic(
      microfacets: Microfacets(distribution, alphaU: alpha, alphaV: alpha), eta: inputs.number(etaOffset, lane: 7),
      diffuseReflectance: inputs.color(slots[0], lane: 0), specularReflectance: inputs.color(slots[1], lane: 3),
      isNonlinear: isNonlinear, coat: coat)
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
      eta: etaIsSpecular ? PrincipledBSDF.eta(specular: number) : number, rates: Vector3(rates.x, rates.y, rates.z))
  }

  func principledThin<I: MaterialInputs>(_ inputs: I) -> PrincipledThinBSDF<I.Scalar> {
    PrincipledThinBSDF(
      baseColor: inputs.color(slots[0], lane: 0), roughness: inputs.scalar(slots[1], lane: 3),
      anisotropic: inputs.scalar(slots[2], lane: 4), specTrans: inputs.scalar(slots[3], lane: 5),
      eta: inputs.scalar(slots[4], lane: 6), specTint: inputs.scalar(slots[5], lane: 7),
      sheen: inputs.scalar(slots[6], lane: 8), sheenTint: inputs.scalar(slots[7], lane: 9),
      flatness: inputs.scalar(slots[8], lane: 10), diffTrans: inputs.scalar(slots[9], lane: 11), rates: rates)
  }

  /// The same as one closed family; wrappers have been resolved before.
  @inline(__always) func instantiate<I: MaterialInputs>(_ inputs: I) -> Scattering<I.Scalar> {
    switch kind {
    case .diffuse: .diffuse(diffuse(inputs))
    case .conductor: .conductor(conductor(inputs))
    case .roughConductor: .roughConductor(roughConductor(inputs))
    case .dielectric: .dielectric(dielectric(inputs))
    case .roughDielectric: .roughDielectric(roughDielectric(inputs))
    case .thinDielectric: .thinDielectric(thinDielectric(inputs))
    case .plastic: .plastic(plastic(inputs))
    case .roughPlastic: .roughPlastic(roughPlastic(inputs))
    case .principled: .principled(principled(inputs))
    case .principledThin: .principledThin(principledThin(inputs))
    case .null, .twosided, .mask, .blend, .normalMap, .bumpMap: .null(NullBSDF())
    }
  }
}
