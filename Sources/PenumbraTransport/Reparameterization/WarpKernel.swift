import Foundation

/// Weights by which velocities seen beside a direction are averaged into a warp field, in a plane chart whose origin is
/// the direction itself.
///
///     w(x, s) = (1 − ρ²)² / (ρ² + b²)²,   ρ = |s − x| / radius
///
/// with b the distance, in radii, of what is seen at s from its own outline. As x approaches an outline, the weights of
/// what lies just inside grow without bound, so that the average becomes continuous and takes the outline's velocity
/// (Bangaru et al. 2020, §5). Equal powers of both distances make the weights the same at every scale.
struct WarpKernel {
  /// Of the disk from which velocities are taken, in units of the chart.
  let radius: Float

  /// Radius inside which samples are no denser than over the whole disk, relative to the disk's: outlines are resolved
  /// down to it.
  private static let core: Float = 3e-4
  private static let range = -log(core)
  /// Square of the least distance that counts as one.
  private static let least: Float = 1e-14

  /// Half of the offsets are uniform over the disk, half uniform in the logarithm of their length.
  ///
  /// - Parameter u: random numbers in [0, 1)².
  /// - Returns: the offset in units of the chart, and its probability per area in units of the disk's radius.
  func sample(_ u: SIMD2<Float>) -> (offset: SIMD2<Float>, density: Float) {
    let isUniform = u.x < 0.5
    let rho = isUniform ? (2 * u.x).squareRoot() : Self.core * exp(Self.range * (2 * u.x - 1))
    let angle = 2 * Float.pi * u.y
    var density = 0.5 / Float.pi
    if rho >= Self.core { density += 0.25 / (.pi * rho * rho * Self.range) }
    return (SIMD2(cos(angle), sin(angle)) * (rho * radius), density)
  }

  /// The weight at x = 0 and its gradient by x.
  ///
  /// - Parameters:
  ///   - offset: s.
  ///   - margin: distance of what is seen at s from its outline, in units of the chart.
  func weight(_ offset: SIMD2<Float>, margin: Float) -> (value: Float, gradient: SIMD2<Float>) {
    let squared = (offset * offset).sum() / (radius * radius)
    let inside = max(1 - squared, 0)
    let b = min(margin / radius, 1)
    let distance = squared + b * b + Self.least
    let value = inside * inside / (distance * distance)
    let slope = 4 * inside * (1 + inside / distance) / (distance * distance * radius * radius)
    return (value, offset * slope)
  }
}
