import Foundation

/// Rotations as axis-angle vectors: composing two, and what a small rotation after one does to its vector.
///
/// - Source: Sola, Deray & Atchuthan 2018, *A micro Lie theory for state estimation in robotics*, appendix B.
enum Rotations {
  /// The vector, at most π long, of the rotation by `first` followed by that by `second`, both about fixed axes.
  static func compose(_ second: SIMD3<Double>, after first: SIMD3<Double>) -> SIMD3<Double> {
    let (a, b) = (quaternion(second), quaternion(first))
    var w = a.w * b.w - dot(a.v, b.v)
    var v = a.w * b.v + b.w * a.v + cross(a.v, b.v)
    if w < 0 { (w, v) = (-w, -v) }
    let sine = dot(v, v).squareRoot()
    // angle / sin(angle / 2), which tends to 2.
    let factor = sine < 1e-12 ? 2 : 2 * atan2(sine, w) / sine
    return factor * v
  }

  /// ∂ℒ/∂δ at δ = 0 of the composition `compose(δ, after: x)`, from ∂ℒ/∂x: J⁻ᵀ g with the left Jacobian J of x.
  static func pullBack(_ g: SIMD3<Double>, at x: SIMD3<Double>) -> SIMD3<Double> {
    let c = cross(x, g)
    return g + 0.5 * c + coefficient(x) * cross(x, c)
  }

  /// ẋ for a rotation speed δ̇: J⁻¹ δ̇.
  static func pushForward(_ δ: SIMD3<Double>, at x: SIMD3<Double>) -> SIMD3<Double> {
    let c = cross(x, δ)
    return δ - 0.5 * c + coefficient(x) * cross(x, c)
  }

  /// 1/θ² − (1 + cos θ) / (2θ sin θ), which tends to 1/12.
  private static func coefficient(_ x: SIMD3<Double>) -> Double {
    let θ = dot(x, x).squareRoot()
    if θ < 1e-3 { return 1.0 / 12 + θ * θ / 720 }
    // (1 + cos θ) / sin θ = cot(θ/2), finite at π.
    return 1 / (θ * θ) - cos(θ / 2) / (2 * θ * sin(θ / 2))
  }

  private static func quaternion(_ x: SIMD3<Double>) -> (w: Double, v: SIMD3<Double>) {
    let θ = dot(x, x).squareRoot()
    return (cos(θ / 2), (θ < 1e-12 ? 0.5 : sin(θ / 2) / θ) * x)
  }

  private static func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }

  private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
  }
}
