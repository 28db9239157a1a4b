/// A change of the shading normal by a bump or normal map, and what it does to the BSDF beneath.
struct Perturbation<S: ShadingScalar> {
  /// Normals before and after, in any common frame.
  var before: Vector<S>
  var after: Vector<S>
  var isShadowed: Bool

  /// Factor for light towards `wo`: 0 where the two normals disagree about its side, and the shadow of the bumps
  /// (Estevez et al. 2019).
  func factor(_ wo: Vector<S>) -> S {
    let outside = before.dot(wo)
    guard outside.value * after.dot(wo).value > 0 else { return S(0) }
    guard isShadowed else { return S(1) }
    return ((shadowAlpha2 * Self.squaredTangent(outside) + 1).safeSquareRoot() + 1).reciprocal() * 2
  }

  /// Squared roughness of the bumps' shadow.
  var shadowAlpha2: S { (Self.squaredTangent(before.dot(after)) * 0.125).atMost(1) }

  private static func squaredTangent(_ cosine: S) -> S {
    let c2 = cosine * cosine
    return ((1 - c2) / c2).atLeast(0)
  }
}

/// Up to four perturbations, outermost first.
struct Perturbations<S: ShadingScalar> {
  private var slots: (Perturbation<S>?, Perturbation<S>?, Perturbation<S>?, Perturbation<S>?) = (nil, nil, nil, nil)
  private(set) var count = 0

  var first: Perturbation<S>? { slots.0 }

  mutating func append(_ perturbation: Perturbation<S>) {
    switch count {
    case 0: slots.0 = perturbation
    case 1: slots.1 = perturbation
    case 2: slots.2 = perturbation
    default: slots.3 = perturbation
    }
    count += 1
  }

  func map(_ f: (Perturbation<S>) -> Perturbation<S>) -> Self {
    guard count > 0 else { return self }
    var result = self
    result.slots = (slots.0.map(f), slots.1.map(f), slots.2.map(f), slots.3.map(f))
    return result
  }

  func factor(_ wo: Vector<S>) -> S {
    guard count > 0 else { return S(1) }
    var product = S(1)
    if let p = slots.0 { product = product * p.factor(wo) }
    if let p = slots.1 { product = product * p.factor(wo) }
    if let p = slots.2 { product = product * p.factor(wo) }
    if let p = slots.3 { product = product * p.factor(wo) }
    return product
  }
}

/// A BSDF as its wrappers show it, in the frame that they turned.
struct WrappedBSDF<S: ShadingScalar>: BSDF {
  let bsdf: Scattering<S>
  /// Weight of the materials that were chosen, over the probability of choosing them.
  let scale: S
  /// With normals in the local frame.
  let perturbations: Perturbations<S>

  /// Nothing around it.
  init(_ bsdf: Scattering<S>) {
    self.bsdf = bsdf
    scale = S(1)
    perturbations = Perturbations()
  }

  init(_ bsdf: Scattering<S>, _ surface: WrappedSurface<S>) {
    self.bsdf = bsdf
    scale = surface.scale
    let frame = surface.frame
    perturbations = surface.perturbations.map {
      Perturbation(before: frame.toLocal($0.before), after: frame.toLocal($0.after), isShadowed: $0.isShadowed)
    }
  }

  func evaluate(wi: Vector<S>, wo: Vector<S>) -> Color<S> {
    bsdf.evaluate(wi: wi, wo: wo) * (scale * perturbations.factor(wo))
  }

  /// Energy of a Dirac lobe.
  func energy(wi: Vector<S>, isReflection: Bool) -> Color<S> {
    let wo = bsdf.diracDirection(wi: wi, isReflection: isReflection)
    return bsdf.energy(wi: wi, isReflection: isReflection) * (scale * perturbations.factor(wo))
  }

  func diracDirection(wi: Vector<S>, isReflection: Bool) -> Vector<S> {
    bsdf.diracDirection(wi: wi, isReflection: isReflection)
  }
}

extension WrappedBSDF: SampledBSDF where S == Float {
  static var lobes: LobeKinds { .mixed }

  func pdf(wi: Vector3, wo: Vector3) -> Float {
    perturbations.factor(Vector(wo)) > 0 ? bsdf.pdf(wi: wi, wo: wo) : 0
  }

  func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample? {
    guard var sample = bsdf.sample(wi: wi, lobe: lobe, u: u) else { return nil }
    let factor = perturbations.factor(Vector(sample.wo))
    guard factor > 0 else { return nil }
    sample.value *= scale * factor
    return sample
  }
}
