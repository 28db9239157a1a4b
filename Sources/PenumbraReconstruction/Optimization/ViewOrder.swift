/// In which order photos are visited: random, every photo once before any twice, a function of the seed alone.
struct ViewOrder: Sendable {
  private let count: Int
  private let seed: UInt64

  init(count: Int, seed: UInt64) { (self.count, self.seed) = (count, seed) }

  /// The photo of a step.
  func view(_ step: Int) -> Int {
    var generator = SplitMix(state: seed &+ UInt64(step / count) &* 0x9E37_79B9_7F4A_7C15)
    return Array(0..<count).shuffled(using: &generator)[step % count]
  }
}

/// - Source: Steele, Lea & Flood 2014, *Fast splittable pseudorandom number generators*.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
