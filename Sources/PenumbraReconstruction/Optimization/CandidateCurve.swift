/// A cost that was measured at a few values, and parabolas between them.
struct CandidateCurve {
  private let values: [Float]
  private let costs: [Double]

  /// - Parameter values: ascending, at least one.
  init(_ values: [Float], _ costs: [Double]) { (self.values, self.costs) = (values, costs) }

  /// Cost at a value within the candidates: the mean of the parabolas through the three points on either side.
  func cost(at value: Double) -> Double {
    guard values.count >= 3 else { return costs.first ?? 0 }
    let next = values.firstIndex { Double($0) >= value } ?? values.count - 1
    let left = min(max(next - 1, 0), values.count - 2)
    let t = (value - Double(values[left])) / Double(values[left + 1] - values[left])
    let (low, high) = (max(left - 1, 0), min(left, values.count - 3))
    return (1 - t) * parabola(low, value) + t * parabola(high, value)
  }

  /// Through three points from `first` on (Lagrange).
  private func parabola(_ first: Int, _ value: Double) -> Double {
    let x = (0..<3).map { Double(values[first + $0]) }
    return (0..<3).reduce(0) { sum, i in
      let (a, b) = (x[(i + 1) % 3], x[(i + 2) % 3])
      return sum + costs[first + i] * (value - a) * (value - b) / ((x[i] - a) * (x[i] - b))
    }
  }

  /// The value of the lowest cost, with another cost added.
  func lowest(adding other: (Double) -> Double) -> Double {
    guard let first = values.first, let last = values.last else { return 0 }
    let steps = 100
    let places = (0...steps).map { Double(first) + Double(last - first) * Double($0) / Double(steps) }
    return places.map { (place: $0, cost: cost(at: $0) + other($0)) }.min { $0.cost < $1.cost }?.place ?? Double(first)
  }

  var lowest: Double { lowest { _ in 0 } }

  /// Second derivative at the lowest place, at least 0.
  var curvature: Double {
    guard let first = values.first, let last = values.last, last > first else { return 0 }
    let h = Double(last - first) / 20
    let x = min(max(lowest, Double(first) + h), Double(last) - h)
    return max((cost(at: x + h) + cost(at: x - h) - 2 * cost(at: x)) / (h * h), 0)
  }
}
