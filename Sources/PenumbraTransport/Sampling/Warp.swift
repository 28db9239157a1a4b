import Foundation

/// Maps from the unit square to the domains of the renderer, each with its density.
enum Warp {
  /// Uniform on the unit disk (Shirley & Chiu 1997, concentric).
  @inline(__always) static func disk(_ u: SIMD2<Float>) -> SIMD2<Float> {
    let p = 2 * u - SIMD2(repeating: 1)
    let swap = abs(p.x) < abs(p.y)
    let radius = swap ? p.y : p.x
    let other = swap ? p.x : p.y
    let (sine, cosine) = sineCosineOfOctant(radius == 0 ? 0 : other / radius)
    let (along, across) = (radius * cosine, radius * sine)
    // Selections rather than branches: which octant a random point is in cannot be predicted.
    return SIMD2(swap ? across : along, swap ? along : across)
  }

  /// sin and cos of (π/4)·t for |t| ≤ 1 by Taylor polynomials, error below 2⁻²³.
  @inline(__always) private static func sineCosineOfOctant(_ t: Float) -> (Float, Float) {
    let x = t * (.pi / 4)
    let y = x * x
    let s = horner(y, 1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362_880)
    return (x * s, horner(y, 1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320))
  }

  /// a + b·y + c·y² + d·y³ + e·y⁴.
  @inline(__always)
  private static func horner(_ y: Float, _ a: Float, _ b: Float, _ c: Float, _ d: Float, _ e: Float) -> Float {
    a.addingProduct(y, b.addingProduct(y, c.addingProduct(y, d.addingProduct(y, e))))
  }

  /// `disk` for eight points.
  @inline(__always) static func disk(_ u: Packet, _ v: Packet) -> (Packet, Packet) {
    let (x, y) = ((2 * u - 1).whole, (2 * v - 1).whole)
    let swap = x.magnitudes .< y.magnitudes
    let radius = x.replacing(with: y, where: swap).whole
    let other = y.replacing(with: x, where: swap).whole
    let t = (other / radius).replacing(with: 0, where: radius .== 0) * (.pi / 4)
    let squared = t * t
    let sine = t * horner(squared, 1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362_880)
    let cosine = horner(squared, 1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320)
    let (along, across) = (radius * cosine, radius * sine)
    return (along.replacing(with: across, where: swap).whole, across.replacing(with: along, where: swap).whole)
  }

  @inline(__always)
  private static func horner(_ y: Packet, _ a: Float, _ b: Float, _ c: Float, _ d: Float, _ e: Float) -> Packet {
    func all(_ x: Float) -> Packet { Packet(repeating: x) }
    return all(a).addingProduct(y, all(b).addingProduct(y, all(c).addingProduct(y, all(d).addingProduct(y, all(e)))))
  }

  /// `cosineHemisphere` for eight points.
  @inline(__always) static func cosineHemisphere(_ u: Packet, _ v: Packet) -> PacketVector {
    let (x, y) = disk(u, v)
    return PacketVector(x, y, (1 - x * x - y * y).atLeast(Packet(repeating: 0)).squareRoots)
  }

  /// Density cos θ / π on the upper hemisphere.
  @inline(__always) static func cosineHemisphere(_ u: SIMD2<Float>) -> Vector3 {
    let d = disk(u)
    return Vector3(d.x, d.y, max(1 - d.x * d.x - d.y * d.y, 0).squareRoot())
  }

  @inline(__always) static func cosineHemisphereDensity(_ v: Vector3) -> Float { max(v.z, 0) / .pi }

  /// Density 1 / 4π on the sphere.
  @inline(__always) static func sphere(_ u: SIMD2<Float>) -> Vector3 {
    let z = 1 - 2 * u.y
    let r = max(1 - z * z, 0).squareRoot()
    let phi = 2 * .pi * u.x
    return Vector3(r * cos(phi), r * sin(phi), z)
  }

  /// `sphere` for eight points.
  @inline(__always) static func sphere(_ u: Packet, _ v: Packet) -> PacketVector {
    let z = 1 - 2 * v
    let r = (1 - z * z).atLeast(Packet(repeating: 0)).squareRoots
    let (sine, cosine) = u.sinesAndCosinesOfTurns
    return PacketVector(r * cosine, r * sine, z)
  }

  /// Density 1 / (2π (1 − cosMax)) on the cone about +z.
  @inline(__always) static func cone(_ u: SIMD2<Float>, cosMax: Float) -> Vector3 {
    let z = 1 - u.y * (1 - cosMax)
    let r = max(1 - z * z, 0).squareRoot()
    let phi = 2 * .pi * u.x
    return Vector3(r * cos(phi), r * sin(phi), z)
  }

  /// Barycentric coordinates (b₁, b₂), uniform over a triangle.
  @inline(__always) static func triangle(_ u: SIMD2<Float>) -> SIMD2<Float> {
    let root = (1 - u.x).squareRoot()
    return SIMD2(1 - root, u.y * root)
  }
}
