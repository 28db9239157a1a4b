/// The random numbers of one path: a function of (seed, pixel, sample, position in the path) alone, so that a
/// picture does not depend on which thread drew it.
struct PathSampler {
  let kind: SamplerSettings.Kind
  private var state: UInt64
  private let index: UInt32
  private var dimensionSeed: UInt32
  /// Whether the first pair and the first vertex are of one set, and how much of it was drawn.
  private var join = Join.none

  /// From so many samples on, points of six dimensions are as even in pairs of them as those of two, or nearly.
  static let leastJoined = 16

  private enum Join: UInt8 {
    /// All sets are of two dimensions.
    case none
    /// The place on the film comes next.
    case film
    /// The light and the direction at the first surface.
    case vertex
  }

  /// - Parameters:
  ///   - pixel: row-major index on the film.
  ///   - set: independent scrambles of the same pixel, for estimators that need independent halves.
  @inline(__always)
  init(kind: SamplerSettings.Kind, seed: UInt64, pixel: Int, sample: Int, set: UInt64 = 0) {
    self.init(kind: kind, pixelSeed: Self.pixelSeed(seed: seed, pixel: pixel, set: set), sample: sample)
  }

  /// What the samples of a pixel share.
  @inline(__always) static func pixelSeed(seed: UInt64, pixel: Int, set: UInt64 = 0) -> UInt64 {
    Hash.combine(Hash.combine(seed, set), UInt64(truncatingIfNeeded: pixel))
  }

  /// - Parameter joins: whether the place on the film and the light and the direction at the first surface are one point of
  ///   six dimensions; see `leastJoined`.
  @inline(__always) init(kind: SamplerSettings.Kind, pixelSeed: UInt64, sample: Int, joins: Bool = false) {
    self.kind = kind
    join = joins && kind == .sobol ? .film : .none
    index = UInt32(truncatingIfNeeded: sample)
    dimensionSeed = UInt32(truncatingIfNeeded: pixelSeed >> 32)
    state = kind == .independent ? Self.state(pixelSeed: pixelSeed, sample: sample) : 0
  }

  /// Sobol's points after the place on the film has been drawn.
  @inline(__always) init(index: UInt32, dimensionSeed: UInt32, isJoined: Bool) {
    kind = .sobol
    state = 0
    join = isJoined ? .vertex : .none
    (self.index, self.dimensionSeed) = (index, dimensionSeed)
  }

  /// Independent numbers in the middle of their sequence.
  @inline(__always) init(state: UInt64, index: UInt32) {
    kind = .independent
    dimensionSeed = 0
    (self.state, self.index) = (state, index)
  }

  /// Where the independent numbers of a sample begin.
  @inline(__always) static func state(pixelSeed: UInt64, sample: Int) -> UInt64 {
    Hash.combine(pixelSeed, UInt64(truncatingIfNeeded: sample))
  }

  @inline(__always) private mutating func nextBits() -> UInt32 { Self.nextBits(&state) }

  /// PCG-XSH-RR-64/32 (O'Neill 2014) with a fixed increment.
  @inline(__always) static func nextBits(_ state: inout UInt64) -> UInt32 {
    let old = state
    state = old &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let shifted = UInt32(truncatingIfNeeded: ((old >> 18) ^ old) >> 27)
    let rotation = UInt32(truncatingIfNeeded: old >> 59)
    return (shifted >> rotation) | (shifted << ((~rotation &+ 1) & 31))
  }

  @inline(__always) private mutating func nextSeed() -> UInt32 {
    dimensionSeed = Hash.mix32(dimensionSeed)
    return dimensionSeed
  }

  /// From what the numbers of one path vertex are made.
  struct VertexKey {
    var seed: UInt32
    /// Independent numbers: a second seed; Sobol points: the sample's index with its bits reversed.
    var second: UInt32
    /// All bits set where the light and the direction belong to the place on the film.
    var joined: UInt32 = 0
  }

  @inline(__always) mutating func nextVertexKey() -> VertexKey {
    if kind == .independent {
      let seed = nextBits()
      return VertexKey(seed: seed, second: nextBits())
    }
    let isJoined = join == .vertex
    if isJoined { join = .none }
    return VertexKey(seed: nextSeed(), second: SobolPoints.reversed(index), joined: isJoined ? .max : 0)
  }

  /// The eight numbers of the next path vertex, drawn together in SIMD lanes.
  @inline(__always) mutating func nextVertex() -> VertexNumbers {
    let key = nextVertexKey()
    if kind == .independent {
      let counters = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7) &* Self.counterStep &+ key.second
      return VertexNumbers(SobolPoints.unit(Hash.mix32(Hash.mix32(counters) ^ key.seed)))
    }
    return VertexNumbers(
      key.joined == 0
        ? SobolPoints.fourPoints(reversedIndex: key.second, seed: key.seed)
        : SobolPoints.joinedPoints(reversedIndex: key.second, seed: key.seed))
  }

  /// Between the counters of one vertex' independent numbers.
  static let counterStep: UInt32 = 0x9e37_79b9

  /// Uniform in [0, 1).
  @inline(__always) mutating func next1D() -> Float {
    kind == .independent
      ? SobolPoints.unit(nextBits()) : SobolPoints.sample1D(index: index, seed: nextSeed())
  }

  /// Uniform in [0, 1)².
  @inline(__always) mutating func next2D() -> SIMD2<Float> {
    if kind == .independent {
      let x = SobolPoints.unit(nextBits())
      return SIMD2(x, SobolPoints.unit(nextBits()))
    }
    if join == .film {
      join = .vertex
      return SobolPoints.sample2D(order: index, seed: nextSeed())
    }
    return SobolPoints.sample2D(index: index, seed: nextSeed())
  }
}
