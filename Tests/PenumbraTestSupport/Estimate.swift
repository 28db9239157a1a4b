/// Mean of independent draws with its standard error, accumulated in double precision (Welford 1962).
public struct Estimate: Sendable, CustomStringConvertible {
  public private(set) var count = 0
  public private(set) var mean = 0.0
  private var squares = 0.0

  public init() {}

  public init(_ values: some Sequence<Double>) {
    for value in values { add(value) }
  }

  /// The mean of `count` draws.
  public init(count: Int, of draw: () -> Double) {
    for _ in 0..<count { add(draw()) }
  }

  public mutating func add(_ value: Double) {
    count += 1
    let difference = value - mean
    mean += difference / Double(count)
    squares += difference * (value - mean)
  }

  /// Variance of one draw.
  public var variance: Double { count > 1 ? squares / Double(count - 1) : 0 }
  public var standardError: Double { (variance / Double(max(count, 1))).squareRoot() }

  /// Whether the truth may be `value`.
  ///
  /// - Parameter rounding: what single precision may add to the error; an absolute number.
  public func agrees(with value: Double, sigmas: Double = 4, rounding: Double = 0) -> Bool {
    abs(mean - value) <= sigmas * standardError + rounding
  }

  /// Whether two independent estimates may have the same mean.
  public func agrees(with other: Estimate, sigmas: Double = 4, rounding: Double = 0) -> Bool {
    let error = (standardError * standardError + other.standardError * other.standardError).squareRoot()
    return abs(mean - other.mean) <= sigmas * error + rounding
  }

  public var description: String { "\(mean) ± \(standardError)" }
}
