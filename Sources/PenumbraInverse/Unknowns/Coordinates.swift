/// The charts of all unknowns, one after the other: from the vector of unknowns x to the optimizer's coordinates z.
public struct Coordinates: Sendable, Equatable {
  private struct Part: Sendable, Equatable {
    var chart: Chart
    /// Elements of x and of z.
    var x: Range<Int>
    var z: Range<Int>
    var bounds: ClosedRange<Float>
    var rate: Float
    var reach: Float
    var isUniform: Bool
    /// Neighbours that make one colour or vector.
    var width: Int
  }
  private let parts: [Part]
  /// Number of coordinates.
  public let count: Int

  init(_ unknowns: Unknowns) {
    var parts: [Part] = []
    var end = 0
    for (slice, x) in zip(unknowns.slices, unknowns.positions) {
      let count = slice.chart.coordinateCount(x.count)
      var isUniform = false
      if case .largeSteps = slice.chart { isUniform = true }
      parts.append(
        Part(
          chart: slice.chart, x: x, z: end..<(end + count), bounds: slice.bounds, rate: slice.rate,
          reach: slice.reach, isUniform: isUniform, width: slice.shape.last.map { $0 <= 4 ? $0 : 1 } ?? 1))
      end += count
    }
    self.parts = parts
    count = end
  }

  /// Step size of each coordinate, shape [count].
  var rates: [Float] { parts.flatMap { Array(repeating: $0.rate, count: $0.z.count) } }

  /// The longest step of each coordinate over which a linear model can be trusted at all, shape [count]; ∞ for no limit.
  var reaches: [Float] { parts.flatMap { Array(repeating: $0.reach, count: $0.z.count) } }

  /// Runs of coordinates, whether their steps must share one size, and how many neighbours make a colour or a vector.
  var groups: [(range: Range<Int>, isUniform: Bool, width: Int)] { parts.map { ($0.z, $0.isUniform, $0.width) } }

  /// Whether z and x have the same number of elements, so that matrices over x can be carried over to z.
  var isDense: Bool { parts.allSatisfy { $0.x == $0.z && !$0.isUniform } }

  func encode(_ x: [Float]) -> [Float] { parts.flatMap { $0.chart.encode(x[$0.x]) } }

  /// x within its bounds, whatever the chart.
  func decode(_ z: [Float]) -> [Float] {
    parts.flatMap { part in part.chart.decode(z[part.z]).map { $0.clamped(to: part.bounds) } }
  }

  func pullBack(_ gradient: [Float], at x: [Float]) -> [Float] {
    pullBack(gradient.map(Double.init), at: x).map { Float($0) }
  }

  func pullBack(_ gradient: [Double], at x: [Float]) -> [Double] {
    parts.flatMap { $0.chart.pullBack(Array(gradient[$0.x]), at: x[$0.x]) }
  }

  func pushForward(_ velocity: [Float], at x: [Float]) -> [Float] {
    parts.flatMap { $0.chart.pushForward(velocity[$0.z], at: x[$0.x]) }
  }

  func retract(_ z: [Float], step: [Float]) -> [Float] {
    parts.flatMap { $0.chart.retract(z[$0.z], step: step[$0.z], bounds: $0.bounds) }
  }

  /// Coordinates that stand on a bound and that a step against `gradient` would push outwards.
  func blocked(_ z: [Float], gradient: [Double]) -> [Bool] {
    var blocked = [Bool](repeating: false, count: count)
    for part in parts where part.chart == .linear {
      for i in part.z {
        blocked[i] =
          (z[i] <= part.bounds.lowerBound && gradient[i] >= 0) || (z[i] >= part.bounds.upperBound && gradient[i] <= 0)
      }
    }
    return blocked
  }

  /// How far each coordinate may step from z: three quarters of the way to its bounds, all of it where little is left.
  ///
  /// On a bound others may lose their meaning, as the roughness of a lobe of weight 0 does, and no derivative then tells
  /// the way back: a bound is approached, not jumped upon.
  func limits(_ z: [Float]) -> [ClosedRange<Double>] {
    var limits = [ClosedRange<Double>](repeating: -.infinity...(.infinity), count: count)
    for part in parts where part.chart == .linear {
      let (lower, upper) = (Double(part.bounds.lowerBound), Double(part.bounds.upperBound))
      for i in part.z {
        let x = Double(z[i])
        let little = 1e-4 * ((upper - lower).isFinite ? upper - lower : max(1, abs(x)))
        func allowed(_ distance: Double) -> Double { distance > little ? 0.75 * distance : max(distance, 0) }
        limits[i] = -allowed(x - lower)...allowed(upper - x)
      }
    }
    return limits
  }

  /// Coordinates that stand on a bound, or within a hundredth of the way from one to the other of it.
  func isOnBound(_ z: [Float]) -> [Bool] {
    var result = [Bool](repeating: false, count: count)
    for part in parts where part.chart == .linear {
      let (lower, upper) = (part.bounds.lowerBound, part.bounds.upperBound)
      let margin = (upper - lower).isFinite ? 0.01 * (upper - lower) : 0
      for i in part.z { result[i] = z[i] <= lower + margin || z[i] >= upper - margin }
    }
    return result
  }

  /// A quadratic form over x as one over z: Sᵀ H S with the slopes S = dx/dz at x. Only for dense coordinates.
  func pullBack(_ matrix: SymmetricMatrix, at x: [Float]) -> SymmetricMatrix {
    var half = SymmetricMatrix(count: count)
    for row in 0..<count {
      let values = pullBack((0..<count).map { matrix[row, $0] }, at: x)
      for column in 0..<count { half[column, row] = values[column] }
    }
    var result = SymmetricMatrix(count: count)
    for row in 0..<count {
      let values = pullBack((0..<count).map { half[row, $0] }, at: x)
      for column in 0..<count { result[row, column] = values[column] }
    }
    // Rounding must not make it asymmetric.
    for i in 0..<count {
      for j in 0..<i {
        let mean = (result[i, j] + result[j, i]) / 2
        (result[i, j], result[j, i]) = (mean, mean)
      }
    }
    return result
  }
}
