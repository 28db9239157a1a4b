import Foundation

/// How strong and how rough reflections are, from what changes over the surface with the view.
///
/// A point's own colour is the same in all photos; what differs between them, less what base colours scatter, is k times
/// the reflections that were rendered, one k per channel. Roughness is the one whose pictures fit best. Points weigh by
/// what they leave unexplained; errors come from leaving out photos.
///
/// - Source: least squares with iterated weights; Efron 1982, *The jackknife, the bootstrap and other resampling plans*.
struct ReflectionFit {
  /// Of each candidate roughness, ascending.
  let roughnesses: [Float]
  /// Strength of reflections in units of the rendered one, per channel, at the best candidate.
  private(set) var strength = SIMD3<Double>.zero
  /// The best roughness of the whole surface and its standard error.
  private(set) var roughness: Double
  private(set) var roughnessError = Double.infinity
  /// Logarithm of the strength per channel over the mean of the three, and its standard error. What dielectrics reflect has
  /// the light's colour: this is what the light that was rendered lacks.
  private(set) var tint = SIMD3<Double>.zero
  private(set) var tintError = SIMD3<Double>(repeating: .infinity)
  /// Reciprocal variance of what each point leaves unexplained, shape [points].
  private(set) var weights: [Double]

  private let sightings: Sightings
  /// Sightings of photos less those of scattered light, and of reflections, per candidate.
  private let wanted: [[SIMD3<Float>]]
  private let mirrored: [[SIMD3<Float>]]
  private let photoCount: Int

  /// Sums over sightings: of reflections squared, of their products with what is wanted, and of that squared.
  struct Moments {
    var xx = SIMD3<Double>.zero
    var xy = SIMD3<Double>.zero
    var yy = SIMD3<Double>.zero

    static func + (a: Moments, b: Moments) -> Moments { Moments(xx: a.xx + b.xx, xy: a.xy + b.xy, yy: a.yy + b.yy) }
    static func - (a: Moments, b: Moments) -> Moments { Moments(xx: a.xx - b.xx, xy: a.xy - b.xy, yy: a.yy - b.yy) }
    static func * (f: Double, a: Moments) -> Moments { Moments(xx: f * a.xx, xy: f * a.xy, yy: f * a.yy) }

    /// No reflection is negative.
    var slope: SIMD3<Double> { pointwiseMax(xy / pointwiseMax(xx, SIMD3(repeating: 1e-30)), .zero) }
    func cost(_ k: SIMD3<Double>) -> Double { (yy - 2 * k * xy + k * k * xx).sum() }
  }

  /// - Parameters:
  ///   - pictures: per candidate, renders in place of the photos: all light, and that of a black surface.
  init?(
    _ photos: [Photo], _ sightings: Sightings, roughnesses: [Float], pictures: [(all: [Photo], gloss: [Photo])]
  ) {
    guard !sightings.vertices.isEmpty, !roughnesses.isEmpty, photos.count >= 3 else { return nil }
    (self.sightings, self.roughnesses, photoCount) = (sightings, roughnesses, photos.count)
    let seen = sightings.deviations(in: photos)
    mirrored = pictures.map { sightings.deviations(in: $0.gloss) }
    wanted = zip(pictures, mirrored).map { pictures, mirrored in
      zip(seen, zip(sightings.deviations(in: pictures.all), mirrored)).map { $0 - ($1.0 - $1.1) }
    }
    weights = [Double](repeating: 1, count: sightings.vertices.count)
    roughness = Double(roughnesses[0])
    var perPhoto: [[Moments]] = []
    for _ in 0..<Self.rounds {
      perPhoto = sums()
      let all = perPhoto.map { $0.reduce(Moments(), +) }
      let best = Self.best(all)
      strength = all[best].slope
      weights = points(best).map { moments, total in
        1 / max(moments.cost(strength) / total, 1e-12)
      }
      // The points that fit best by chance must not rule.
      let typical = weights.sorted()[weights.count / 2]
      weights = weights.map { min($0, 4 * typical) }
    }
    judge(perPhoto)
  }

  private static let rounds = 3

  private static func best(_ all: [Moments]) -> Int {
    all.indices.min { all[$0].cost(all[$0].slope) < all[$1].cost(all[$1].slope) } ?? 0
  }

  /// The lowest point of the costs of the candidates.
  private func minimum(_ all: [Moments]) -> Double {
    CandidateCurve(roughnesses, all.map { $0.cost($0.slope) }).lowest
  }

  /// The result, and what it would be without each photo.
  private mutating func judge(_ perPhoto: [[Moments]]) {
    let all = perPhoto.map { $0.reduce(Moments(), +) }
    let best = Self.best(all)
    (strength, roughness) = (all[best].slope, minimum(all))
    let rough = (0..<photoCount).map { photo in minimum(all.indices.map { all[$0] - perPhoto[$0][photo] }) }
    roughnessError = Self.jackknife(rough.map { SIMD3(repeating: $0) }).x
    guard let tint = Self.tint(strength) else { return }
    let tints = (0..<photoCount).compactMap { Self.tint((all[best] - perPhoto[best][$0]).slope) }
    guard tints.count == photoCount else { return }
    (self.tint, tintError) = (tint, Self.jackknife(tints))
  }

  /// `nil` where a channel has no reflections.
  private static func tint(_ strength: SIMD3<Double>) -> SIMD3<Double>? {
    guard strength.min() > 0 else { return nil }
    let logs = SIMD3(log(strength.x), log(strength.y), log(strength.z))
    return logs - logs.sum() / 3
  }

  /// Standard error of what was found without one photo after another.
  private static func jackknife(_ values: [SIMD3<Double>]) -> SIMD3<Double> {
    let center = values.reduce(.zero, +) / Double(values.count)
    let squares = values.reduce(SIMD3<Double>.zero) { $0 + ($1 - center) * ($1 - center) }
    return (squares * Double(values.count - 1) / Double(values.count)).squareRoot()
  }

  /// Sums per candidate and photo.
  private func sums() -> [[Moments]] {
    let chunks = Parallel.ranges(sightings.vertices.count, parts: 16)
    let parts = Parallel.map(chunks.count) { chunk in
      var result = [[Moments]](
        repeating: [Moments](repeating: Moments(), count: photoCount), count: roughnesses.count)
      for point in chunks[chunk] {
        for i in sightings.starts[point]..<sightings.starts[point + 1] {
          for candidate in roughnesses.indices {
            result[candidate][Int(sightings.photos[i])].add(
              mirrored[candidate][i], wanted[candidate][i], weights[point] * Double(sightings.weights[i]))
          }
        }
      }
      return result
    }
    return roughnesses.indices.map { candidate in
      (0..<photoCount).map { photo in parts.reduce(Moments()) { $0 + $1[candidate][photo] } }
    }
  }

  /// What each point leaves unexplained at every candidate with the strength of the whole, in units of its variance.
  var costs: [(vertex: Int, [Double])] {
    let sums = roughnesses.indices.map { points($0) }
    return sightings.vertices.enumerated().map { point, vertex in
      (vertex, sums.map { weights[point] * $0[point].moments.cost(strength) })
    }
  }

  /// Sums of each point without its weight, and the total weight of its sightings less one: what a mean has taken.
  private func points(_ candidate: Int) -> [(moments: Moments, total: Double)] {
    sightings.vertices.indices.map { point in
      var (moments, total) = (Moments(), 0.0)
      let range = sightings.starts[point]..<sightings.starts[point + 1]
      for i in range {
        moments.add(mirrored[candidate][i], wanted[candidate][i], Double(sightings.weights[i]))
        total += Double(sightings.weights[i])
      }
      return (moments, max(total * Double(range.count - 1) / Double(range.count), 1e-12))
    }
  }
}

extension ReflectionFit.Moments {
  fileprivate mutating func add(_ mirrored: SIMD3<Float>, _ wanted: SIMD3<Float>, _ weight: Double) {
    let (x, y) = (SIMD3<Double>(mirrored), SIMD3<Double>(wanted))
    xx += weight * x * x
    xy += weight * x * y
    yy += weight * y * y
  }
}
