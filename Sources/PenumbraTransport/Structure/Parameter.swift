/// A named slice of the parameter vector θ.
public struct Parameter: Sendable, Equatable {
  /// Dotted path such as `red.reflectance.value`; unique in a scene.
  public var key: String
  /// Other names of the same slice, for example `floor.bsdf.reflectance.value` for a shared BSDF.
  public var aliases: [String]
  /// First element in θ.
  public var offset: Int
  /// Row-major shape; empty for a scalar.
  public var shape: [Int]
  /// Values an optimizer or user may set; ±infinity where unbounded.
  public var bounds: ClosedRange<Float>
  /// Unit of each element, for example `""`, `"rad"`, `"W·m⁻²·sr⁻¹"`.
  public var unit: String
  /// Whether this version computes derivatives with respect to it.
  public var isDifferentiable: Bool
  /// Whether it moves silhouettes, shadows or their reflections, so that a boundary term exists.
  public var movesDiscontinuities: Bool

  public init(
    key: String, aliases: [String] = [], offset: Int = 0, shape: [Int] = [],
    bounds: ClosedRange<Float> = -Float.infinity...Float.infinity, unit: String = "",
    isDifferentiable: Bool = true, movesDiscontinuities: Bool = false
  ) {
    self.key = key
    self.aliases = aliases
    self.offset = offset
    self.shape = shape
    self.bounds = bounds
    self.unit = unit
    self.isDifferentiable = isDifferentiable
    self.movesDiscontinuities = movesDiscontinuities
  }

  /// Number of elements: the product of `shape`, 1 for a scalar.
  public var count: Int { shape.reduce(1, *) }
  /// Elements of θ that belong to it.
  public var range: Range<Int> { offset..<(offset + count) }
}
