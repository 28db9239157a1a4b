/// The random numbers of the next vertices of eight paths: those of `VertexNumbers`, drawn when they are asked for.
struct PacketNumbers {
  private let kind: SamplerSettings.Kind
  private let seeds: SIMD8<UInt32>
  private let seconds: SIMD8<UInt32>

  init() {
    kind = .independent
    (seeds, seconds) = (SIMD8(repeating: 0), SIMD8(repeating: 0))
  }

  @inline(__always)
  init(_ kind: SamplerSettings.Kind, seeds: UnsafePointer<SIMD8<UInt32>>, seconds: UnsafePointer<SIMD8<UInt32>>) {
    self.kind = kind
    self.seeds = seeds.pointee
    self.seconds = seconds.pointee
  }

  /// Where on the emitter, or in which direction.
  @inline(__always) var light: (Packet, Packet) { pair(0) }
  /// Where in the BSDF's lobe.
  @inline(__always) var direction: (Packet, Packet) { pair(1) }
  /// Which emitter.
  @inline(__always) var emitter: Packet { kind == .independent ? number(2) : pair(2).0 }
  /// Which lobe of the BSDF.
  @inline(__always) var lobe: Packet { kind == .independent ? number(3) : pair(3).0 }
  /// Whether the path survives.
  @inline(__always) var roulette: Packet { kind == .independent ? number(7) : pair(3).1 }

  @inline(__always) private func pair(_ i: UInt32) -> (Packet, Packet) {
    kind == .independent
      ? (number(i), number(i + 4)) : SobolPoints.point(i, reversedIndices: seconds, seeds: seeds)
  }

  @inline(__always) private func number(_ i: UInt32) -> Packet {
    SobolPoints.unit(Hash.mix32(Hash.mix32(seconds &+ i &* PathSampler.counterStep) ^ seeds))
  }
}
