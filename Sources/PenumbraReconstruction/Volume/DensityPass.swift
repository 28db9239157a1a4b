import Foundation

/// Renders rays through a cloud and differentiates the difference from the photos.
///
/// Emission and absorption (Max 1995): samples of extinction σ over a step δ have α = 1 − exp(−σ δ), and what is left at
/// the end sees the surroundings.
struct DensityPass {
  let density: UnsafePointer<Float>
  let color: UnsafePointer<Float>
  let nx: Int
  let nxy: Int
  /// Per corner: density, then colour.
  let gradient: UnsafeMutablePointer<SIMD4<Float>>
  let surroundings: Surroundings
  let surroundingsGradient: UnsafeMutablePointer<Float>
  /// Whether the derivative by the ray is wanted too.
  var movesRays = false

  /// Distance between samples, in cubes.
  private static let step: Float = 1
  /// Loss of seeing far light squared: where photos leave the choice, matter explains them.
  private static let farLoss: Float = 0.02

  struct RayBuffer {
    fileprivate var samples: [Sample] = []
    /// Σ of the loss's derivatives by the samples' positions, and of the same times their distances along the ray: in cubes.
    fileprivate(set) var push = SIMD3<Float>.zero
    fileprivate(set) var lever = SIMD3<Float>.zero
  }

  fileprivate struct Sample {
    var place: Trilinear
    var t: Float
    /// d softplus / dρ.
    var slope: Float
    var alpha: Float
    var transmittance: Float
    var color: SIMD3<Float>
  }

  /// Adds the gradient of one ray's loss; returns the loss.
  ///
  /// - Parameter ray: `nil` when it misses the grid.
  func add(
    _ ray: VolumeRay?, direction: SIMD3<Float>, jitter: Float, rgb: SIMD3<Float>, weight: Float, buffer: inout RayBuffer
  ) -> Float {
    buffer.samples.removeAll(keepingCapacity: true)
    (buffer.push, buffer.lever) = (.zero, .zero)
    var transmittance: Float = 1
    var seen = SIMD3<Float>.zero
    if let ray {
      var t = ray.enter + jitter * Self.step
      while t < ray.exit, transmittance > 0.003 {
        let place = Trilinear(ray.origin + t * ray.direction, nx, nxy)
        let w = place.weights
        let p = density + place.base
        let raw =
          (SIMD8(p[0], p[1], p[nx], p[nx &+ 1], p[nxy], p[nxy &+ 1], p[nxy &+ nx], p[nxy &+ nx &+ 1]) * w).sum()
        let here = t
        t += Self.step
        // Nothing to see and little to change.
        guard raw > -6 else { continue }
        let e = expf(min(raw, 20))
        let extinction = log1pf(e)
        let alpha = 1 - expf(-extinction * Self.step)
        var c = SIMD3<Float>.zero
        for corner in 0..<8 {
          let q = color + 3 &* (place.base &+ offset(corner))
          c += w[corner] * SIMD3(q[0], q[1], q[2])
        }
        buffer.samples.append(
          Sample(place: place, t: here, slope: e / (1 + e), alpha: alpha, transmittance: transmittance, color: c))
        seen += transmittance * alpha * c
        transmittance *= 1 - alpha
      }
    }
    let far = surroundings.footprint(direction)
    let background = surroundings.color(direction)
    seen += transmittance * background
    let difference = seen - rgb
    let byColor = 2 * weight * difference
    for i in 0..<4 {
      let q = surroundingsGradient + 3 * Int(far.texels[i])
      let g = byColor * (transmittance * far.weights[i])
      q[0] += g.x
      q[1] += g.y
      q[2] += g.z
    }
    var behind = transmittance * ((background * byColor).sum() + 2 * Self.farLoss * transmittance)
    for s in buffer.samples.reversed() {
      let own = (s.color * byColor).sum()
      let byExtinction = Self.step * (s.transmittance * (1 - s.alpha) * own - behind)
      behind += s.transmittance * s.alpha * own
      let change = byColor * (s.transmittance * s.alpha)
      let total = SIMD4(byExtinction * s.slope, change.x, change.y, change.z)
      let w = s.place.weights
      for corner in 0..<8 { gradient[s.place.base &+ offset(corner)] += w[corner] * total }
      if movesRays {
        let push = slope(at: s.place, total)
        buffer.push += push
        buffer.lever += s.t * push
      }
    }
    return weight * (difference * difference).sum() + Self.farLoss * transmittance * transmittance
  }

  /// The gradient by position of raw density and colour, contracted with the loss's derivatives by them.
  private func slope(at place: Trilinear, _ derivative: SIMD4<Float>) -> SIMD3<Float> {
    let (f, g) = (place.fraction, 1 - place.fraction)
    var sum = SIMD3<Float>.zero
    for corner in 0..<8 {
      let i = place.base &+ offset(corner)
      let q = color + 3 &* i
      let value = (SIMD4(density[i], q[0], q[1], q[2]) * derivative).sum()
      let (x, y, z) = (corner & 1 == 1, corner & 2 == 2, corner & 4 == 4)
      let w = SIMD3(x ? f.x : g.x, y ? f.y : g.y, z ? f.z : g.z)
      sum += value * SIMD3((x ? 1 : -1) * w.y * w.z, (y ? 1 : -1) * w.x * w.z, (z ? 1 : -1) * w.x * w.y)
    }
    return sum
  }

  @inline(__always)
  private func offset(_ corner: Int) -> Int { (corner & 1) &+ (corner >> 1 & 1) &* nx &+ (corner >> 2) &* nxy }
}
