import Foundation

func dot<S: SIMDScalar & FloatingPoint>(_ a: SIMD3<S>, _ b: SIMD3<S>) -> S { (a * b).sum() }

func cross<S: SIMDScalar & FloatingPoint>(_ a: SIMD3<S>, _ b: SIMD3<S>) -> SIMD3<S> {
  SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

func length<S: SIMDScalar & FloatingPoint>(_ v: SIMD3<S>) -> S { dot(v, v).squareRoot() }

/// The unit vector along `v`; zero stays zero.
func normalize<S: SIMDScalar & FloatingPoint>(_ v: SIMD3<S>) -> SIMD3<S> {
  let size = length(v)
  return size > 0 ? v / size : v
}

func cosine(_ angle: Double) -> Double { cos(angle) }
func sine(_ angle: Double) -> Double { sin(angle) }

/// Two unit vectors that make a right-handed frame with the unit vector `n`: first × second = n.
func tangents(of n: SIMD3<Float>) -> (SIMD3<Float>, SIMD3<Float>) {
  let helper: SIMD3<Float> = abs(n.x) < 0.6 ? [1, 0, 0] : [0, 1, 0]
  let first = normalize(cross(helper, n))
  return (first, cross(n, first))
}
