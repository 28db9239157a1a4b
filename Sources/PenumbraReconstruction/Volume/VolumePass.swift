import Foundation

/// Renders rays through a fuzzy surface and differentiates the difference from the photos.
///
/// Between two samples with signed distances s₀ > s₁ the opacity is α = 1 − Φ(s₁) / Φ(s₀) with the logistic
/// Φ(s) = 1 / (1 + exp(−s / τ)): the fuzzy form of "the ray enters here", whose weight peaks at the surface and which
/// hides what lies behind. τ → 0 is the hard surface.
///
/// - Source: Wang et al. 2021, *NeuS*, equation 13.
struct VolumePass {
  /// Signed distance in cubes; colour, linear RGB, three numbers per corner.
  let distance: UnsafePointer<Float>
  let color: UnsafePointer<Float>
  /// Number of each corner among those that may change, −1 for the others.
  let active: UnsafePointer<Int32>
  let nx: Int
  let nxy: Int
  /// Softness τ in cubes.
  let softness: Float
  /// Gradients: of the distance and of the colour (three each), by active number.
  let distanceGradient: UnsafeMutablePointer<Float>
  let colorGradient: UnsafeMutablePointer<Float>

  /// Distance between samples near the surface, in cubes.
  private static let step: Float = 0.6
  private static let opaque: Float = 0.003

  /// What a ray should see.
  struct Wanted {
    /// Colour before black.
    var rgb: SIMD3<Float>
    /// Coverage; negative when not known.
    var mask: Float
    /// Weight of the colour.
    var weight: Float
  }

  fileprivate struct Sample {
    var place: Trilinear
    var distance: Float
    var phi: Float
  }

  fileprivate struct Segment {
    var first: Int
    var alpha: Float
    /// Φ(s₁) / Φ(s₀).
    var ratio: Float
    var transmittance: Float
    var middle: Trilinear
    var color: SIMD3<Float>
  }

  /// Adds the gradient of one ray's loss; returns the loss.
  ///
  /// - Parameters:
  ///   - jitter: in 0...1, where in the first step the first sample is.
  ///   - maskWeight: weight of coverage against colour.
  func add(_ ray: VolumeRay, jitter: Float, _ wanted: Wanted, maskWeight: Float, buffer: inout RayBuffer) -> Float {
    trace(ray, jitter, &buffer)
    var seen = SIMD3<Float>.zero
    var cover: Float = 0
    for s in buffer.segments {
      let w = s.transmittance * s.alpha
      seen += w * s.color
      cover += w
    }
    let difference = seen - wanted.rgb
    let byColor = 2 * wanted.weight * difference
    let uncovered = wanted.mask >= 0 ? cover - wanted.mask : 0
    let byCover = 2 * maskWeight * uncovered
    var behind: Float = 0
    for s in buffer.segments.reversed() {
      let own = (s.color * byColor).sum() + byCover
      let byAlpha = s.transmittance * own - behind / max(1 - s.alpha, 1e-4)
      behind += s.transmittance * s.alpha * own
      scatterColor(s.middle, byColor * (s.transmittance * s.alpha))
      let (a, b) = (buffer.samples[s.first], buffer.samples[s.first + 1])
      let scale = s.ratio / softness * byAlpha
      scatterDistance(a.place, scale * (1 - a.phi))
      scatterDistance(b.place, -scale * (1 - b.phi))
    }
    return wanted.weight * (difference * difference).sum() + maskWeight * uncovered * uncovered
  }

  /// Scratch memory of one thread.
  struct RayBuffer {
    fileprivate var samples: [Sample] = []
    fileprivate var segments: [Segment] = []
  }

  private func trace(_ ray: VolumeRay, _ jitter: Float, _ buffer: inout RayBuffer) {
    buffer.samples.removeAll(keepingCapacity: true)
    buffer.segments.removeAll(keepingCapacity: true)
    var t = ray.enter + jitter * Self.step
    var transmittance: Float = 1
    let band = 6 * softness + Self.step
    while t < ray.exit {
      let place = Trilinear(ray.origin + t * ray.direction, nx, nxy)
      let s = distance(at: place)
      let phi = 1 / (1 + expf(-s / softness))
      buffer.samples.append(Sample(place: place, distance: s, phi: phi))
      let count = buffer.samples.count
      if count > 1, s < buffer.samples[count - 2].distance {
        let before = buffer.samples[count - 2]
        let ratio = phi / max(before.phi, 1e-20)
        let alpha = 1 - ratio
        if alpha > 1e-4 {
          let middle = Trilinear(ray.origin + (t - 0.5 * Self.step) * ray.direction, nx, nxy)
          buffer.segments.append(
            Segment(
              first: count - 2, alpha: alpha, ratio: ratio, transmittance: transmittance, middle: middle,
              color: color(at: middle)))
          transmittance *= ratio
          if transmittance < Self.opaque { return }
        }
      }
      // Far from the surface nothing is opaque.
      t += max(Self.step, 0.8 * (s - band))
    }
  }

  @inline(__always)
  private func distance(at place: Trilinear) -> Float {
    let p = distance + place.base
    return
      (SIMD8(p[0], p[1], p[nx], p[nx &+ 1], p[nxy], p[nxy &+ 1], p[nxy &+ nx], p[nxy &+ nx &+ 1]) * place.weights).sum()
  }

  @inline(__always)
  private func color(at place: Trilinear) -> SIMD3<Float> {
    let w = place.weights
    var sum = SIMD3<Float>.zero
    for corner in 0..<8 {
      let p = color + 3 &* (place.base &+ offset(corner))
      sum += w[corner] * SIMD3(p[0], p[1], p[2])
    }
    return sum
  }

  @inline(__always)
  private func offset(_ corner: Int) -> Int { (corner & 1) &+ (corner >> 1 & 1) &* nx &+ (corner >> 2) &* nxy }

  @inline(__always)
  private func scatterDistance(_ place: Trilinear, _ value: Float) {
    let w = place.weights
    for corner in 0..<8 {
      let number = Int(active[place.base &+ offset(corner)])
      if number >= 0 { distanceGradient[number] += w[corner] * value }
    }
  }

  @inline(__always)
  private func scatterColor(_ place: Trilinear, _ value: SIMD3<Float>) {
    let w = place.weights
    for corner in 0..<8 {
      let number = Int(active[place.base &+ offset(corner)])
      guard number >= 0 else { continue }
      let p = colorGradient + 3 &* number
      p[0] += w[corner] * value.x
      p[1] += w[corner] * value.y
      p[2] += w[corner] * value.z
    }
  }
}
