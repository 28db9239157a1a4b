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
  ///   - states: room for `stateCount`, of which the first eight are what the samplers are made from; aligned to 32 bytes.
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
    // One by one, since before AVX-512 no lane multiplies 64 bits, and through memory: processors wait for lanes that are
    // written into a vector and read again as a whole.
    let draws = UnsafeMutableRawPointer(states + 8)
    let words = draws.assumingMemoryBound(to: UInt32.self)
    for lane in 0..<8 {
      var state = cpacket_alone(PathSampler.state(pixelSeed: pixelSeed, sample: first &+ lane))
      words[lane] = PathSampler.nextBits(&state)
      words[8 + lane] = PathSampler.nextBits(&state)
      states[lane] = state
    }
    let bits = draws.assumingMemoryBound(to: SIMD8<UInt32>.self)
    film = (SobolPoints.unit(bits[0]).whole, SobolPoints.unit(bits[1]).whole)
  }

  /// Words of memory that a packet is made in.
  static let stateCount = 16

  /// The sampler of one sample, after the numbers in `film`.
  @inline(__always) func sampler(_ lane: Int) -> PathSampler {
    let sample = first &+ UInt32(truncatingIfNeeded: lane)
    return kind == .sobol
      ? PathSampler(index: sample, dimensionSeed: dimensionSeed, isJoined: isJoined)
      : PathSampler(state: states[lane], index: sample)
  }
}
