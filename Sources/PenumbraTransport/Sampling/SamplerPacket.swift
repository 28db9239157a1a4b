import CPacket

/// The samplers of eight samples of a pixel that follow each other, with the numbers that place them on the film, drawn
/// side by side: those of `PathSampler.next2D`.
struct SamplerPacket {
  private let kind: SamplerSettings.Kind
  private let first: UInt32
  private let dimensionSeed: UInt32
  private let isJoined: Bool
  private let states: UnsafeMutablePointer<UInt64>
  /// Uniform in [0, 1)².
  let film: (Packet, Packet)

  private static let numbers = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7)

  /// - Parameters:
  ///   - first: number of the first sample.
  ///   - joins: as `PathSampler` takes it.
  ///   - states: room for eight, which the samplers are made from.
  @inline(__always)
  init(
    kind: SamplerSettings.Kind, pixelSeed: UInt64, first: Int, joins: Bool, states: UnsafeMutablePointer<UInt64>
  ) {
    self.kind = kind
    self.states = states
    self.first = UInt32(truncatingIfNeeded: first)
    isJoined = joins && kind == .sobol
    let seed = Hash.mix32(UInt32(truncatingIfNeeded: pixelSeed >> 32))
    dimensionSeed = seed
    if kind == .sobol {
      film = SobolPoints.samples2D(indices: Self.numbers &+ self.first, seed: seed, inOrder: isJoined)
      return
    }
    let samples = SIMD8<UInt64>(0, 1, 2, 3, 4, 5, 6, 7) &+ UInt64(truncatingIfNeeded: first)
    var state = Hash.mix(pixelSeed ^ Hash.mix(samples))
    let x = SobolPoints.unit(Self.nextBits(&state))
    film = (x, SobolPoints.unit(Self.nextBits(&state)))
    UnsafeMutableRawPointer(states).storeBytes(of: state, as: SIMD8<UInt64>.self)
  }

  /// The sampler of one sample, after the numbers in `film`.
  @inline(__always) func sampler(_ lane: Int) -> PathSampler {
    let sample = first &+ UInt32(truncatingIfNeeded: lane)
    return kind == .sobol
      ? PathSampler(index: sample, dimensionSeed: dimensionSeed, isJoined: isJoined)
      : PathSampler(state: states[lane], index: sample)
  }

  /// As `PathSampler.nextBits`.
  @inline(__always) private static func nextBits(_ state: inout SIMD8<UInt64>) -> SIMD8<UInt32> {
    let old = state
    state = old &* PathSampler.multiplier &+ PathSampler.increment
    let shifted = narrowed(((old &>> 18) ^ old) &>> 27)
    let rotation = narrowed(old &>> 59)
    return (shifted &>> rotation) | (shifted &<< ((~rotation &+ 1) & 31))
  }

  /// The lower halves.
  @inline(__always) private static func narrowed(_ words: SIMD8<UInt64>) -> SIMD8<UInt32> {
    SIMD8(lowHalf: cpacket_lower_halves(words.lowHalf), highHalf: cpacket_lower_halves(words.highHalf))
  }
}
