import Foundation

/// Filters with negative lobes along one axis: positions are drawn in proportion to |f| and weighted by
/// sign(f) ∫|f| / ∫f, which averages to the filter. Tabulated in bins, uniform within a bin.
struct SignedFilter: Sendable {
  private static let binsPerPixel = 512
  private let radius: Float
  /// Cumulative probability of the bins.
  private let cumulative: [Float]
  private let weights: [Float]

  /// - Returns: `nil` for filters without negative lobes.
  init?(_ filter: ReconstructionFilter) {
    let f: (Double) -> Double
    switch filter {
    case .box, .tent, .gaussian: return nil
    case .mitchell(let b, let c):
      radius = 2
      f = { Self.mitchell(abs($0), Double(b), Double(c)) }
    case .catmullRom:
      radius = 2
      f = { Self.mitchell(abs($0), 0, 0.5) }
    case .lanczos(let lobes):
      radius = Float(lobes)
      f = { Self.sinc($0) * Self.sinc($0 / Double(lobes)) }
    }
    let reach = Double(radius)
    let count = 2 * Int(radius) * Self.binsPerPixel
    let width = 1 / Double(Self.binsPerPixel)
    // Simpson's rule within each bin; zeros of the filters lie on the bins' borders or weigh nothing.
    let masses = (0..<count).map { i -> Double in
      let x = -reach + Double(i) * width
      return (f(x) + 4 * f(x + width / 2) + f(x + width)) * width / 6
    }
    let (total, absolute) = (masses.reduce(0, +), masses.reduce(0) { $0 + abs($1) })
    var table = [Float](repeating: 0, count: count)
    let magnitudes = masses.map { Float(abs($0)) }
    magnitudes.withUnsafeBufferPointer { source in
      table.withUnsafeMutableBufferPointer { _ = CumulativeTable.fill($0.baseAddress!, weights: source) }
    }
    cumulative = table
    weights = masses.map { Float(($0 < 0 ? -absolute : absolute) / total) }
  }

  func sample(_ u: Float) -> (offset: Float, weight: Float) {
    cumulative.withUnsafeBufferPointer { table in
      let bin = CumulativeTable(cumulative: table.baseAddress!, count: table.count).sample(u)
      let x = (Float(bin.index) + bin.remainder) / Float(Self.binsPerPixel) - radius
      return (x, weights[bin.index])
    }
  }

  /// Mitchell & Netravali 1988, eq. 8, for x ≥ 0.
  static func mitchell(_ x: Double, _ b: Double, _ c: Double) -> Double {
    let (x2, x3) = (x * x, x * x * x)
    if x < 1 { return ((12 - 9 * b - 6 * c) * x3 + (-18 + 12 * b + 6 * c) * x2 + (6 - 2 * b)) / 6 }
    if x < 2 {
      return ((-b - 6 * c) * x3 + (6 * b + 30 * c) * x2 + (-12 * b - 48 * c) * x + (8 * b + 24 * c)) / 6
    }
    return 0
  }

  /// Its derivative for x ≥ 0.
  static func mitchellSlope(_ x: Double, _ b: Double, _ c: Double) -> Double {
    let x2 = x * x
    if x < 1 { return (3 * (12 - 9 * b - 6 * c) * x2 + 2 * (-18 + 12 * b + 6 * c) * x) / 6 }
    if x < 2 { return (3 * (-b - 6 * c) * x2 + 2 * (6 * b + 30 * c) * x + (-12 * b - 48 * c)) / 6 }
    return 0
  }

  /// sin πx / πx.
  static func sinc(_ x: Double) -> Double { abs(x) < 1e-6 ? 1 : sin(.pi * x) / (.pi * x) }

  /// Derivative of `sinc`.
  static func sincSlope(_ x: Double) -> Double {
    // The series where the difference of the two terms would cancel.
    abs(x) < 1e-3 ? -.pi * .pi * x / 3 : (cos(.pi * x) - sinc(x)) / x
  }
}
