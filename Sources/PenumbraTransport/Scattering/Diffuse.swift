/// Lambertian reflection.
struct Diffuse<S: ShadingScalar>: BSDF {
  let reflectance: Color<S>

  @inline(__always) func evaluate(wi: Vector<S>, wo: Vector<S>) -> Color<S> {
    guard wi.z.value > 0, wo.z.value > 0 else { return .zero }
    return reflectance * (wo.z * (1 / .pi))
  }
}

extension Diffuse: SampledBSDF where S == Float {
  @inline(__always) func pdf(wi: Vector3, wo: Vector3) -> Float {
    wi.z > 0 ? Warp.cosineHemisphereDensity(wo) : 0
  }

  @inline(__always) func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample? {
    guard wi.z > 0 else { return nil }
    let wo = Warp.cosineHemisphere(u)
    let density = wo.z * (1 / .pi)
    guard density > 0 else { return nil }
    return BSDFSample(wo: wo, value: reflectance.value * density, pdf: density)
  }
}
