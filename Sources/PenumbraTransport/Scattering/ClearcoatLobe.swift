import Foundation

/// The clearcoat of the principled material: isotropic GTR1 facets (Burley 2012, appendix B) with fixed shadowing.
struct ClearcoatLobe<S: ShadingScalar> {
  let alpha: S

  /// Gloss 0...1 maps to roughness 0.1...0.001.
  init(gloss: S) { alpha = gloss * (0.001 - 0.1) + 0.1 }

  func density(_ m: Vector<S>) -> S {
    let a2 = alpha * alpha
    let numerator = a2 - 1
    let d = numerator / (a2.logarithm() * (numerator * m.z * m.z + 1) * .pi)
    return d.value * m.z.value > 1e-20 ? d : S(0)
  }

  /// Smith shadowing of GGX with α = ¼.
  func shadowing(_ v: Vector<S>, _ m: Vector<S>) -> S {
    if v.dot(m).value * v.z.value <= 0 { return S(0) }
    let c2 = v.z * v.z
    let tan2 = (1 - c2) / c2
    return ((tan2 * (0.25 * 0.25) + 1).safeSquareRoot() + 1).reciprocal() * 2
  }
}

extension ClearcoatLobe where S == Float {
  /// Normals with density D(m) cos θ.
  func sample(_ u: SIMD2<Float>) -> Vector3 {
    let a2 = alpha * alpha
    let c2 = (1 - pow(a2, 1 - u.y)) / (1 - a2)
    let s = max(1 - c2, 0).squareRoot()
    let phi = 2 * .pi * u.x
    return Vector3(cos(phi) * s, sin(phi) * s, max(c2, 0).squareRoot())
  }
}
