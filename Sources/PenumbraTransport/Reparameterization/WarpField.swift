/// The warp field at one place of a path: velocities seen along auxiliary rays, averaged by `WarpKernel`.
///
/// The field V = ∫ w v / ∫ w and its divergence are quotients of integrals. Their estimates from N rays are off by about
/// 1 / N; a random number of doublings of N, each weighted with the inverse of its probability, removes that
/// (Rhee & Glynn 2015; the halves of a doubling are its control variate). What the last doubling and the kernel's finite
/// resolution leave is about 1e-3 of the boundary term.
struct WarpField {
  private let sights: UnsafeMutablePointer<WarpSight>
  private let perRay: Int
  /// Specular vertices of the auxiliary rays, `SpecularTrail.longest` for each.
  private let trails: UnsafeMutablePointer<PathVertex>?
  private var count = 0

  /// Rays of the first estimate.
  private static let first = 32
  private static let mostDoublings = 5
  /// Probability of a further doubling, 2^(−3/2): below 1/2, which bounds the cost, above 1/4, which bounds the variance.
  private static let survival: Float = 0.353_553

  /// - Parameters:
  ///   - perRay: sights of one auxiliary ray at most.
  ///   - hasTrails: whether specular surfaces hand rays on.
  init(perRay: Int, hasTrails: Bool = false) {
    self.perRay = perRay
    sights = .allocate(capacity: perRay * (Self.first << Self.mostDoublings))
    trails = hasTrails ? .allocate(capacity: SpecularTrail.longest * (Self.first << Self.mostDoublings)) : nil
  }

  func deallocate() {
    sights.deallocate()
    trails?.deallocate()
  }

  /// Draws the rays of a place.
  ///
  /// - Parameter look: follows the auxiliary ray of an offset and writes what it sees over sights that are `.unused`.
  @inline(__always)
  mutating func fill(
    _ kernel: WarpKernel, _ sampler: inout PathSampler,
    _ look: (SIMD2<Float>, UnsafeMutablePointer<WarpSight>, _ trail: UnsafeMutablePointer<PathVertex>?) -> Void
  ) {
    var doublings = 0
    while doublings < Self.mostDoublings && sampler.next1D() < Self.survival { doublings += 1 }
    count = perRay * (Self.first << doublings)
    var shift = SIMD2<Float>.zero
    for i in 0..<(Self.first << doublings) {
      // Each block of rays is a shifted lattice: blocks are independent, the rays of a block spread out.
      let k = i % Self.first
      if k == 0 { shift = sampler.next2D() }
      let u = shift + SIMD2((Float(k) + 0.5) / Float(Self.first), Float(k) * 0.618_034)
      let (offset, density) = kernel.sample(u - u.rounded(.down))
      let seen = sights + i * perRay
      for k in 0..<perRay { (seen + k).pointee.reset() }
      look(offset, seen, trails.map { $0 + i * SpecularTrail.longest })
      for k in 0..<perRay where seen[k].kind != .unused {
        let (weight, slope) = kernel.weight(offset, margin: seen[k].margin)
        seen[k].offset = offset
        let factor = seen[k].strength / density
        seen[k].weight = weight * factor
        seen[k].slope = slope * factor
      }
    }
    average(0..<Self.first, times: 1)
    var probability: Float = 1
    for k in 0..<doublings {
      probability *= Self.survival
      let half = Self.first << k
      average(0..<(2 * half), times: 1 / probability)
      average(0..<half, times: -0.5 / probability)
      average(half..<(2 * half), times: -0.5 / probability)
    }
  }

  /// Adds the quotient of the sums over some of the rays.
  private func average(_ rays: Range<Int>, times factor: Float) {
    let range = (rays.lowerBound * perRay)..<(rays.upperBound * perRay)
    var (sum, slope) = (Float(0), SIMD2<Float>.zero)
    for i in range {
      sum += sights[i].weight
      slope += sights[i].slope
    }
    guard sum > 0 else { return }
    let inverse = 1 / sum
    for i in range {
      let share = sights[i].weight * inverse
      sights[i].share += factor * share
      sights[i].gradient += (sights[i].slope - slope * share) * (factor * inverse)
    }
  }

  /// Calls `body` with all that is seen and may move, and with the partials of
  ///
  ///     a · V + f div V
  ///
  /// with respect to the components of its velocity in the chart.
  @inline(__always)
  func forEach(
    _ a: (x: Spectrum, y: Spectrum), divergence f: Spectrum,
    _ body: (
      UnsafePointer<WarpSight>, _ trail: UnsafePointer<PathVertex>?, _ x: Spectrum, _ y: Spectrum
    ) -> Void
  ) {
    for i in 0..<count where sights[i].kind.moves {
      let sight = sights + i
      body(
        sight, trails.map { UnsafePointer($0) + i / perRay * SpecularTrail.longest },
        a.x * sight.pointee.share + f * sight.pointee.gradient.x,
        a.y * sight.pointee.share + f * sight.pointee.gradient.y)
    }
  }
}
