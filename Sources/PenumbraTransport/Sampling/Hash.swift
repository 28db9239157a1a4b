/// Integer mixing for seeds. Constants: finalisers of splitmix64 and of pcg-rxs-m-xs-32.
enum Hash {
  @inline(__always) static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  @inline(__always) static func combine(_ a: UInt64, _ b: UInt64) -> UInt64 { mix(a ^ mix(b)) }

  @inline(__always) static func mix32(_ value: UInt32) -> UInt32 {
    let state = value &* 747_796_405 &+ 2_891_336_453
    let word = ((state >> ((state >> 28) &+ 4)) ^ state) &* 277_803_737
    return (word >> 22) ^ word
  }

  /// `mix32` in every lane.
  @inline(__always) static func mix32(_ value: SIMD8<UInt32>) -> SIMD8<UInt32> {
    let state = value &* 747_796_405 &+ 2_891_336_453
    let word = ((state &>> ((state &>> 28) &+ 4)) ^ state) &* 277_803_737
    return (word &>> 22) ^ word
  }
}
