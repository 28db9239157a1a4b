import Foundation

/// One of the surfaces that a ray may see.
struct SoftCandidate {
  /// Number among the soft objects; −1 for the hard surface or the sky that ends the list.
  var object: Int32
  /// Distance along the ray, by which candidates hide one another.
  var depth: Float
  /// Its outline beside the ray; `nil` where the object certainly covers it.
  var contour: ContourPoint?
  var isInside: Bool
  /// The ray that finds it.
  var ray: Ray

  /// Signed distance to the outline over the footprint, positive inside; infinite where it certainly covers.
  var level: Float = .infinity
  /// Share of the candidate in the relaxed choice, and what it shows.
  var share: Float = 0
  var radiance = Spectrum.zero

  /// log of the coverage 1 / (1 + e⁻ˢ), and of what it leaves.
  var logCoverage: Float { level == .infinity ? 0 : -SoftCandidate.softplus(-level) }
  var logRest: Float { -SoftCandidate.softplus(level) }
  var coverage: Float { exp(logCoverage) }

  /// log(1 + eˣ).
  private static func softplus(_ x: Float) -> Float { max(x, 0) + log(1 + exp(-abs(x))) }
}

/// The candidates of one ray, nearest first. Working memory of one thread.
struct SoftCandidates {
  private let buffer: OwnedBuffer<SoftCandidate>
  private(set) var count = 0

  /// - Parameter capacity: soft objects + 1.
  init(capacity: Int) {
    let none = SoftCandidate(
      object: -1, depth: 0, contour: nil, isInside: false, ray: Ray(origin: .zero, direction: .zero))
    buffer = OwnedBuffer(repeating: none, count: capacity)
  }

  var base: UnsafeMutablePointer<SoftCandidate> { buffer.base }

  mutating func removeAll() { count = 0 }

  /// Inserts by depth.
  mutating func insert(_ candidate: SoftCandidate) {
    guard count < buffer.count else { return }
    var i = count
    while i > 0 && base[i - 1].depth > candidate.depth {
      base[i] = base[i - 1]
      i -= 1
    }
    base[i] = candidate
    count += 1
  }

  func contains(_ object: Int32) -> Bool { (0..<count).contains { base[$0].object == object } }

  /// Drops what certainly covered candidates hide.
  mutating func endAtCover() {
    if let cover = (0..<count).first(where: { base[$0].level == .infinity }) { count = cover + 1 }
  }

  /// A Gumbel-softmax sample: shares of the candidates for the random numbers that `noise` gives each object.
  ///
  /// Their probabilities are those of compositing front to back: its own coverage times what nearer ones leave.
  ///
  /// - Parameter relative: the softmax's temperature relative to the noise.
  func choose(relative: Float, noise: (_ object: Int32) -> Float) {
    var passing: Float = 0
    var largest = -Float.infinity
    for i in 0..<count {
      let candidate = base + i
      let gumbel = -log(-log(noise(candidate.pointee.object)))
      candidate.pointee.share = (passing + candidate.pointee.logCoverage + gumbel) / relative
      largest = max(largest, candidate.pointee.share)
      passing += candidate.pointee.logRest
    }
    var sum: Float = 0
    for i in 0..<count {
      let weight = exp(base[i].share - largest)
      base[i].share = weight
      sum += weight
    }
    for i in 0..<count { base[i].share /= sum }
  }

  /// The candidate that is really seen.
  var seen: Int? { (0..<count).first { base[$0].isInside } }

  /// 2 y − 1 for the mean share y of what is seen beside each outline that is not behind it: 0 on outlines, 1 away from
  /// them, whatever the noise of the sample.
  func certainty(relative: Float) -> Float {
    guard let seen else { return 1 }
    return (0...seen).reduce(Float(1)) { product, i in
      base[i].contour == nil ? product : product * (2 * Self.meanShare(abs(base[i].level), relative) - 1)
    }
  }

  /// The mean of a binary Gumbel-softmax share: the difference of two Gumbel numbers is logistic. Its quantiles are
  /// symmetric, so that the mean at level 0 is exactly ½.
  private static func meanShare(_ level: Float, _ relative: Float) -> Float {
    var sum: Float = 0
    for k in 0..<quantiles.scalarCount { sum += 1 / (1 + exp(-(level + quantiles[k]) / relative)) }
    return sum / Float(quantiles.scalarCount)
  }

  /// log(u / (1 − u)) at u = (2 k + 1) / 16.
  private static let quantiles: SIMD8<Float> = [
    -2.708_050_2, -1.466_337_1, -0.788_457_36, -0.251_314_43, 0.251_314_43, 0.788_457_36, 1.466_337_1, 2.708_050_2,
  ]

  var relaxedRadiance: Spectrum {
    (0..<count).reduce(Spectrum.zero) { $0 + base[$1].radiance * base[$1].share }
  }

  /// Calls `body` with every candidate that has an outline and the derivative of the relaxed radiance by the signed
  /// distance to it.
  ///
  /// With shares y, radiances L and their mean L̄ = Σ y L, ∂/∂z_i = y_i (L_i − L̄), where z_i are the logits over τ / σ;
  /// the coverage of a candidate enters its own logit and, as what it leaves, those of all behind it.
  ///
  /// - Parameter temperature: τ in the unit of distances.
  func forEachDerivative(temperature: Float, _ body: (SoftCandidate, Spectrum) -> Void) {
    let mean = relaxedRadiance
    var behind = Spectrum.zero
    for i in (0..<count).reversed() {
      let candidate = base[i]
      let own = (candidate.radiance - mean) * candidate.share
      if candidate.contour != nil {
        let coverage = candidate.coverage
        body(candidate, (own * (1 - coverage) - behind * coverage) / temperature)
      }
      behind += own
    }
  }
}
