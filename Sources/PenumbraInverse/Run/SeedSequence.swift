/// Seeds for the renders of a run: a function of (seed, iteration, view), so that a resumed run draws the same ones.
struct SeedSequence {
  let seed: UInt64

  /// What the random numbers are for; uses within one iteration must not share them.
  enum Purpose: UInt64 { case gradient, image, final, order, reparameterization, probe }

  func seed(iteration: Int, view: Int, for purpose: Purpose) -> UInt64 {
    var mixed = seed
    for word in [UInt64(iteration), UInt64(view), purpose.rawValue] { mixed = Self.mix(mixed &+ Self.mix(word)) }
    return mixed
  }

  /// Finalizer of SplitMix64 after one step: a bijection that spreads every bit.
  ///
  /// - Source: Steele, Lea & Flood 2014, *Fast splittable pseudorandom number generators*.
  private static func mix(_ word: UInt64) -> UInt64 {
    var z = word &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
