/// The random numbers of the next vertices of eight paths: those of `VertexNumbers`, drawn when they are asked for.
struct PacketNumbers {
  private let kind: SamplerSettings.Kind
  private let seeds: SIMD8<UInt32>
  private let seconds: SIMD8<UInt32>
  private let joined: SIMD8<UInt32>

  init() {
    kind = .independent
    (seeds, seconds, joined) = (SIMD8(repeating: 0), SIMD8(repeating: 0), SIMD8(repeating: 0))
  }

  /// - Parameter keys: the three numbers of `PathSampler.VertexKey`, of eight paths each.
  @inline(__always) init(_ kind: SamplerSettings.Kind, keys: UnsafePointer<SIMD8<UInt32>>) {
    self.kind = kind
    (seeds, seconds, joined) = (keys[0], keys[1], keys[2])
  }

  /// Where on the emitter, or in which direction.
  @inline(__always) var light: (Packet, Packet) { joinedPair(0) }
  /// Where in the BSDF's lobe.
  @inline(__always) var direction: (Packet, Packet) { joinedPair(1) }
  /// Which emitter.
  @inline(__always) var emitter: Packet { kind == .independent ? number(2) : pair(2).0 }
  /// Which lobe of the BSDF.
  @inline(__always) var lobe: Packet { kind == .independent ? number(3) : pair(3).0 }
  /// Whether the path survives.
  @inline(__always) var roulette: Packet { kind == .independent ? number(7) : pair(3).1 }

  /// Paths that scatter together are mostly at the same bounce.
  @inline(__always) private func joinedPair(_ i: UInt32) -> (Packet, Packet) {
    if kind == .independent { return pair(i) }
    let isJoined = joined .!= 0
    let bits = PacketBits(isJoined)
    if bits.isEmpty { return pair(i) }
    let six = SobolPoints.joinedPoint(i, reversedIndices: seconds, seeds: seeds)
    if bits.isFull { return six }
    let two = pair(i)
    return (two.0.replacing(with: six.0, where: isJoined), two.1.replacing(with: six.1, where: isJoined))
  }

  @inline(__always) private func pair(_ i: UInt32) -> (Packet, Packet) {
    kind == .independent
      ? (number(i), number(i + 4)) : SobolPoints.point(i, reversedIndices: seconds, seeds: seeds)
  }

  @inline(__always) private func number(_ i: UInt32) -> Packet {
    SobolPoints.unit(Hash.mix32(Hash.mix32(seconds &+ i &* PathSampler.counterStep) ^ seeds))
  }
}
