import Foundation

/// Weights of a filter in one dimension, from −radius to radius.
struct Kernel {
  let radius: Int
  let weights: [Float]

  /// Samples `weight` at −radius...radius.
  init(radius: Int, weight: (Double) -> Double) {
    self.radius = radius
    weights = (-radius...radius).map { Float(weight(Double($0))) }
  }

  /// A Gaussian of standard deviation `sigma` pixels with sum 1.
  static func gaussian(sigma: Double, radius: Int) -> Kernel {
    Kernel(radius: radius) { exp(-$0 * $0 / (2 * sigma * sigma)) }.balanced()
  }

  /// The kernel with its positive weights scaled to sum 1 and its negative ones to sum −1.
  func balanced() -> Kernel {
    let positive = weights.filter { $0 > 0 }.reduce(0) { $0 + Double($1) }
    let negative = weights.filter { $0 < 0 }.reduce(0) { $0 - Double($1) }
    return Kernel(radius: radius) { x in
      let weight = Double(weights[Int(x) + radius])
      return weight == 0 ? 0 : weight / (weight > 0 ? positive : negative)
    }
  }

  /// What the sum at each of `count` places must be multiplied by because weights fall outside.
  func insideScale(count: Int, _ border: Plane.Border) -> [Float] {
    guard border == .renormalize else { return [Float](repeating: 1, count: count) }
    let total = weights.reduce(0, +)
    return (0..<count).map { place in
      let inside = (max(0, radius - place)..<min(weights.count, radius + count - place))
      return total / weights[inside].reduce(0, +)
    }
  }
}
