/// A reconstruction filter along one axis, tabulated over its half-width and interpolated linearly: exponentials and
/// sines are too dear for every tap of every sample.
struct FilterTable {
  private static let stepsPerPixel = 512
  /// Values at multiples of a step, and two zeros behind the end.
  private let values: OwnedBuffer<Float>
  /// Pixels on either side of a sample's own that it may contribute to.
  let reach: Int
  /// Whether the filter is nowhere negative, so that weights of samples can be divided by their sum.
  let isPositive: Bool
  /// ∫ f over the axis [pixels].
  let integral: Float

  init(_ filter: ReconstructionFilter) {
    let count = Int((filter.radius * Float(Self.stepsPerPixel)).rounded(.up))
    let inside = (0...count).map { filter.weight(Float($0) / Float(Self.stepsPerPixel)) }
    values = OwnedBuffer(inside + [0, 0])
    reach = Int((filter.radius - 0.5).rounded(.up))
    isPositive = inside.allSatisfy { $0 >= 0 }
    // Of the interpolated function, so that what is divided by it averages to 1: the trapezoid rule is exact.
    integral = (2 * inside.dropFirst().reduce(0, +) + inside[0]) / Float(Self.stepsPerPixel)
  }

  /// Value at a distance ≥ 0 from the centre [pixels].
  @inline(__always) func value(_ distance: Float) -> Float {
    let scaled = distance * Float(Self.stepsPerPixel)
    let i = min(Int(scaled), values.count - 2)
    return values.base[i] + (values.base[i + 1] - values.base[i]) * min(scaled - Float(i), 1)
  }
}
