import Foundation

/// How the learning rate changes over a run.
public enum LearningRateSchedule: String, Sendable, Equatable, CaseIterable {
  /// The full rate for two thirds of the run, then half a cosine down to 1 % of it. With noisy gradients Adam hovers
  /// about the optimum at a distance proportional to the rate; the tail shrinks that distance.
  case cosineTail = "cosine-tail"
  /// The full rate throughout.
  case constant

  /// Multiplies the rate at `iteration` of `count`, in 0.01...1.
  public func factor(iteration: Int, of count: Int) -> Float {
    switch self {
    case .constant: return 1
    case .cosineTail:
      let last = Double(count - 1)
      let start = 2 * last / 3
      guard count > 1, Double(iteration) > start else { return 1 }
      let progress = min(1, (Double(iteration) - start) / (last - start))
      return Float(0.01 + 0.99 * (0.5 + 0.5 * cos(.pi * progress)))
    }
  }
}
