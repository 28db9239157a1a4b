import Foundation

/// Visible slopes of a Gaussian surface of roughness 1 (Heitz & d'Eon 2014, inverted in the domain of the error function
/// as by Jakob 2014).
enum BeckmannSlopes {
  private static let inverseRootPi: Float = 0.5641895835

  /// Smith's shadowing of a direction with slope `a` = 1 / tan θ.
  static func shadowing(_ a: Float) -> Float {
    if a > 4 { return 1 }
    let lambda = 0.5 * (erf(a) - 1) + exp(-a * a) * inverseRootPi / (2 * a)
    return 1 / (1 + max(lambda, 0))
  }

  /// Slopes along and across the direction of sight.
  static func sample(cosine: Float, _ u: SIMD2<Float>) -> SIMD2<Float> {
    let tangent = max(1 - cosine * cosine, 0).squareRoot() / cosine
    let cotangent = 1 / tangent
    let top = erf(cotangent)
    let p = min(max(u.x, 1e-7), 1 - 1e-7)
    let scaled = p * (1 + top + inverseRootPi * tangent * exp(-cotangent * cotangent))
    // Newton's method, kept inside the bracket of the root; the guess is exact at grazing incidence.
    var (low, high) = (Float(-1), top)
    var x = top - (top + 1) * erf((-log(p)).squareRoot())
    for _ in 0..<8 {
      if !(x >= low && x <= high) { x = 0.5 * (low + high) }
      let slope = inverseErrorFunction(x)
      let excess = 1 + x + inverseRootPi * tangent * exp(-slope * slope) - scaled
      if abs(excess) < 1e-6 * scaled { break }
      if excess > 0 { high = x } else { low = x }
      x -= excess / (1 - slope * tangent)
    }
    if !(x >= low && x <= high) { x = 0.5 * (low + high) }
    return SIMD2(inverseErrorFunction(x), inverseErrorFunction(2 * u.y - 1))
  }

  /// Giles 2010, relative error below 4 · 10⁻⁷.
  static func inverseErrorFunction(_ x: Float) -> Float {
    let clamped = min(max(x, -1 + 0x1p-24), 1 - 0x1p-24)
    var w = -log((1 - clamped) * (1 + clamped))
    let coefficients: (Float, Float, Float, Float, Float, Float, Float, Float, Float)
    if w < 5 {
      w -= 2.5
      coefficients = (
        2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503,
        -0.00417768164, 0.246640727, 1.50140941
      )
    } else {
      w = w.squareRoot() - 3
      coefficients = (
        -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613,
        0.00943887047, 1.00167406, 2.83297682
      )
    }
    let c = coefficients
    var p = c.0
    p = p * w + c.1
    p = p * w + c.2
    p = p * w + c.3
    p = p * w + c.4
    p = p * w + c.5
    p = p * w + c.6
    p = p * w + c.7
    p = p * w + c.8
    return p * clamped
  }
}
