import Foundation

/// Functions that statistical tests need and the standard library lacks.
public enum SpecialFunctions {
  /// Regularised upper incomplete gamma function Q(a, x) = Γ(a, x) / Γ(a): series below a + 1, Lentz's continued
  /// fraction above (Numerical Recipes, §6.2).
  public static func upperGamma(_ a: Double, _ x: Double) -> Double {
    guard x > 0 else { return 1 }
    let front = exp(-x + a * log(x) - lgamma(a))
    if x < a + 1 {
      var (term, sum, n) = (1 / a, 1 / a, a)
      for _ in 0..<10_000 where abs(term) > abs(sum) * 1e-15 {
        n += 1
        term *= x / n
        sum += term
      }
      return max(1 - sum * front, 0)
    }
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var h = d
    for i in 1..<10_000 {
      let an = -Double(i) * (Double(i) - a)
      b += 2
      d = 1 / nonzero(an * d + b, tiny)
      c = nonzero(b + an / c, tiny)
      let factor = d * c
      h *= factor
      if abs(factor - 1) < 1e-15 { break }
    }
    return h * front
  }

  /// Probability that a standard normal number is farther from 0 than `z`.
  public static func normalTail(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

  private static func nonzero(_ x: Double, _ tiny: Double) -> Double { abs(x) < tiny ? tiny : x }
}
