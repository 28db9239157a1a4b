/// Measures how much samples of each edge contribute, before the samples that count are drawn.
struct PilotTarget: BoundaryTarget {
  /// What the samples that count will multiply partials with.
  enum Weight {
    case tangent(UnsafePointer<Float>)
    case wanted(UnsafePointer<Bool>)
  }
  let weight: Weight
  var share: Float = 0

  init(weight: Weight) { self.weight = weight }

  /// Squared magnitude of the last sample.
  private var squared: Double = 0

  /// Squared magnitude of what one sample contributes.
  mutating func square(_ sample: (inout Self) -> Void) -> Double {
    squared = 0
    sample(&self)
    return squared
  }

  func sink(at pixel: SIMD2<Float>, _ weight: FilmWeight) -> PilotSink? { PilotSink(weight: self.weight) }

  mutating func take(_ sink: PilotSink, at pixel: SIMD2<Float>, _ weight: FilmWeight) {
    let value =
      switch self.weight {
      case .tangent: Double(dot(sink.sum, sink.sum))
      case .wanted: Double(sink.squares)
      }
    squared = value.isFinite ? value : 0
  }
}

/// Sums the partials of one sample: with their tangents, or as squares when every element counts for itself.
struct PilotSink: DerivativeSink {
  let weight: PilotTarget.Weight
  var sum = Spectrum.zero
  var squares: Float = 0

  @inline(__always) mutating func add(_ offset: Int, _ partial: Spectrum) {
    switch weight {
    case .tangent(let tangent): sum += partial * tangent[offset]
    case .wanted(let wanted): if wanted[offset] { squares += dot(partial, partial) }
    }
  }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Vector3, times weight: Spectrum) {
    switch self.weight {
    case .tangent(let tangent):
      sum += weight * dot(covector, Vector3(tangent[offset], tangent[offset + 1], tangent[offset + 2]))
    case .wanted(let wanted):
      for axis in 0..<3 where wanted[offset + axis] {
        squares += covector[axis] * covector[axis] * dot(weight, weight)
      }
    }
  }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Covector) {
    switch weight {
    case .tangent(let tangent):
      sum += covector.applied(to: Vector3(tangent[offset], tangent[offset + 1], tangent[offset + 2]))
    case .wanted(let wanted):
      for axis in 0..<3 where wanted[offset + axis] { squares += dot(covector[axis], covector[axis]) }
    }
  }
}

/// Selection of edges in two steps: a first guess, then what a pilot run measured mixed with it.
final class EdgeDistribution {
  private let cumulative: OwnedBuffer<Float>
  private let guess: [Float]
  let count: Int
  var table: CumulativeTable { CumulativeTable(cumulative: UnsafePointer(cumulative.base), count: count) }

  /// Part of the guess that stays: it bounds what a pilot's bad luck can cost.
  private static let guessShare = 0.1
  /// How many draws the guess is worth.
  private static let guessDraws = 8.0

  /// - Parameter weights: the first guess, up to a factor.
  init(_ weights: [Float]) {
    count = weights.count
    cumulative = OwnedBuffer(repeating: 0, count: weights.count)
    let total = max(weights.reduce(0.0) { $0 + Double($1) }, 1e-30)
    guess = weights.map { Float(Double($0) / total) }
    _ = guess.withUnsafeBufferPointer { CumulativeTable.fill(cumulative.base, weights: $0) }
  }

  /// The choice in [0, 1) of one of the samples of a pilot run.
  static func choice(_ number: Int, of samples: Int) -> Float {
    min((Float(number) + 0.5) / Float(samples), 0x1.fffffep-1)
  }

  /// Makes the choice of an edge proportional to the root mean square of its contributions.
  ///
  /// - Parameter contributions: squared magnitudes of the samples of a pilot run, in their order.
  /// - Returns: the mean of such a square with the new choice. It is measured with a choice that half of the samples make and
  ///   the other half test: edges that the pilot missed would not be seen to cost anything by their own absence.
  func adapt(_ contributions: [Double]) -> Double {
    var (half, whole) = (EdgeMeasure(count: count), EdgeMeasure(count: count))
    var tests: [(edge: Int, square: Double, probability: Double)] = []
    for (number, square) in contributions.enumerated() {
      let drawn = table.sample(Self.choice(number, of: contributions.count))
      let p = Double(drawn.probability)
      // The contribution already holds 1 / probability.
      whole.add(drawn.index, square * p * p)
      if Hash.combine(0x9e7, UInt64(number)) & 1 == 0 {
        half.add(drawn.index, square * p * p)
      } else {
        tests.append((drawn.index, square, p))
      }
    }
    guard let weights = mixed(whole) else { return 0 }
    let trial = mixed(half) ?? guess
    let moments = tests.map { $0.square * $0.probability / Double(trial[$0.edge]) }
    _ = weights.withUnsafeBufferPointer { CumulativeTable.fill(cumulative.base, weights: $0) }
    return Self.mean(moments)
  }

  /// Groups that a mean is taken over.
  private static let groups = 15

  /// The median of the means of groups (Nemirovsky & Yudin 1983), each spread over all numbers: a few that are much larger
  /// than the rest, and would not come again, do not decide.
  private static func mean(_ numbers: [Double]) -> Double {
    guard numbers.count >= 16 * groups else {
      return numbers.isEmpty ? 0 : numbers.reduce(0, +) / Double(numbers.count)
    }
    var (sums, counts) = ([Double](repeating: 0, count: groups), [Double](repeating: 0, count: groups))
    for (i, number) in numbers.enumerated() {
      sums[i % groups] += number
      counts[i % groups] += 1
    }
    return zip(sums, counts).map { $0 / $1 }.sorted()[groups / 2]
  }

  /// Probabilities after a pilot run; `nil` when it found nothing.
  ///
  /// The guess counts as so many draws of each edge, with mean squares in proportion to its own: an edge that was drawn a
  /// few times, and may have had no luck, stays near it.
  private func mixed(_ measure: EdgeMeasure) -> [Float]? {
    let found = measure.squares.reduce(0, +)
    let expected = zip(measure.draws, guess).reduce(0) { $0 + $1.0 * Double($1.1) * Double($1.1) }
    let scale = found / expected
    guard scale > 0, scale.isFinite else { return nil }
    let magnitudes = (0..<count).map { edge in
      let prior = scale * Double(guess[edge]) * Double(guess[edge])
      return ((measure.squares[edge] + Self.guessDraws * prior) / (measure.draws[edge] + Self.guessDraws)).squareRoot()
    }
    let total = magnitudes.reduce(0, +)
    guard total > 0, total.isFinite else { return nil }
    return zip(magnitudes, guess).map { Float((1 - Self.guessShare) * $0 / total) + Float(Self.guessShare) * $1 }
  }
}

/// What a pilot run found at each edge.
private struct EdgeMeasure {
  var squares: [Double]
  var draws: [Double]

  init(count: Int) {
    squares = [Double](repeating: 0, count: count)
    draws = squares
  }

  mutating func add(_ edge: Int, _ square: Double) {
    squares[edge] += square
    draws[edge] += 1
  }
}
