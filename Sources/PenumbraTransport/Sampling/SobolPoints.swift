import CPacket

/// Sobol's points in two dimensions, or in six, with hash-based Owen scrambling (Burley 2020, "Practical Hash-based Owen
/// Scrambling").
enum SobolPoints {
  /// Laine–Karras permutation with Burley's constants: scrambles bit k by the bits below it, so applied to a
  /// bit-reversed fraction it is a nested uniform (Owen) scramble.
  @inline(__always) static func permute(_ value: UInt32, seed: UInt32) -> UInt32 {
    var x = value ^ (value &* 0x3d20_adea)
    x = x &+ seed
    x = x &* ((seed >> 16) | 1)
    x ^= x &* 0x0552_6c56
    x ^= x &* 0x53a2_2864
    return x
  }

  /// Reversing the bits is an instruction on ARM and three swaps plus a byte swap on x86.
  @inline(__always) static func reversed(_ value: UInt32) -> UInt32 {
    var x = value.byteSwapped
    x = ((x & 0x0f0f_0f0f) << 4) | ((x >> 4) & 0x0f0f_0f0f)
    x = ((x & 0x3333_3333) << 2) | ((x >> 2) & 0x3333_3333)
    return ((x & 0x5555_5555) << 1) | ((x >> 1) & 0x5555_5555)
  }

  /// The order in which a set of points is visited, so that sets for different dimensions are independent.
  @inline(__always) static func shuffled(_ index: UInt32, seed: UInt32) -> UInt32 {
    reversed(permute(reversed(index), seed: seed))
  }

  /// Bits of the second dimension, least significant digit first: y_i = ⊕ of a_j over j ⊇ i, since the generator
  /// matrix is Pascal's triangle mod 2 and C(j, i) is odd exactly when i's bits are among j's (Lucas).
  @inline(__always) static func secondDimension(_ index: UInt32) -> UInt32 {
    var x = index
    x ^= (x >> 1) & 0x5555_5555
    x ^= (x >> 2) & 0x3333_3333
    x ^= (x >> 4) & 0x0f0f_0f0f
    x ^= (x >> 8) & 0x00ff_00ff
    x ^= (x >> 16) & 0x0000_ffff
    return x
  }

  /// What a bit of a point's number changes in the third to sixth dimension, least significant digit first.
  @inline(__always) static func digits(_ bit: Int32) -> SIMD4<UInt32> { cpacket_sobol(bit) }

  /// Uniform in [0, 1) from 32 bits, 24 of them used so that 1 is never reached.
  @inline(__always) static func unit(_ bits: UInt32) -> Float { Float(bits >> 8) * 0x1p-24 }

  @inline(__always) static func sample1D(index: UInt32, seed: UInt32) -> Float {
    unit(reversed(permute(shuffled(index, seed: seed), seed: Hash.mix32(seed ^ firstKey))))
  }

  @inline(__always) static func sample2D(index: UInt32, seed: UInt32) -> SIMD2<Float> {
    sample2D(order: shuffled(index, seed: seed), seed: seed)
  }

  /// A point in the order of its number: the first two of six dimensions.
  @inline(__always) static func sample2D(order: UInt32, seed: UInt32) -> SIMD2<Float> {
    let first = reversed(permute(order, seed: Hash.mix32(seed ^ firstKey)))
    let second = reversed(permute(secondDimension(order), seed: Hash.mix32(seed ^ secondKey)))
    return SIMD2(unit(first), unit(second))
  }

  /// `sample2D` of eight indices, or of eight numbers in their order.
  @inline(__always)
  static func samples2D(indices: SIMD8<UInt32>, seed: UInt32, inOrder: Bool) -> (SIMD8<Float>, SIMD8<Float>) {
    let order = inOrder ? indices : reversed(permute(reversed(indices), seeds: SIMD8(repeating: seed)))
    let first = permute(order, seeds: SIMD8(repeating: Hash.mix32(seed ^ firstKey)))
    let second = permute(secondDimension(order), seeds: SIMD8(repeating: Hash.mix32(seed ^ secondKey)))
    return (unit(reversed(first)), unit(reversed(second)))
  }

  /// Four independently shuffled and scrambled two-dimensional points: pair i is in lanes i and i + 4.
  ///
  /// - Parameter reversedIndex: the sample's index with its bits reversed.
  @inline(__always) static func fourPoints(reversedIndex: UInt32, seed: UInt32) -> SIMD8<Float> {
    let pair = SIMD8<UInt32>(0, 1, 2, 3, 0, 1, 2, 3)
    let seeds = Hash.mix32(pair &* pairStep &+ seed)
    let order = reversed(permute(SIMD8(repeating: reversedIndex), seeds: seeds))
    let isSecond = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7) .>= 4
    let points = order.replacing(with: secondDimension(order), where: isSecond)
    let dimension = SIMD8<UInt32>(repeating: firstKey).replacing(with: secondKey, where: isSecond)
    return unit(reversed(permute(points, seeds: Hash.mix32(seeds ^ dimension))))
  }

  /// As `fourPoints`, but pairs 0 and 1 are the last four of the six dimensions whose first two are `sample2D(order: index)`.
  @inline(__always) static func joinedPoints(reversedIndex: UInt32, seed: UInt32) -> SIMD8<Float> {
    var left = reversed(reversedIndex)
    var digits = SIMD4<UInt32>(repeating: 0)
    var bit: Int32 = 0
    while left != 0 {
      digits ^= Self.digits(bit) & SIMD4(repeating: 0 &- (left & 1))
      left >>= 1
      bit &+= 1
    }
    var bits = SIMD4<UInt32>(repeating: 0)
    for i in 0..<4 {
      let own = Hash.mix32((seed ^ joinedKey) &+ UInt32(truncatingIfNeeded: i) &* pairStep)
      bits[i] = reversed(permute(digits[i], seed: own))
    }
    var result = fourPoints(reversedIndex: reversedIndex, seed: seed)
    (result[0], result[4], result[1], result[5]) = (unit(bits[0]), unit(bits[1]), unit(bits[2]), unit(bits[3]))
    return result
  }

  /// Pair 0 or 1 of `joinedPoints` for eight indices and seeds.
  @inline(__always)
  static func joinedPoint(_ pair: UInt32, reversedIndices: SIMD8<UInt32>, seeds: SIMD8<UInt32>) -> (
    SIMD8<Float>, SIMD8<Float>
  ) {
    let indices = reversed(reversedIndices)
    let most = cpacket_most(indices)
    var (first, second) = (SIMD8<UInt32>(repeating: 0), SIMD8<UInt32>(repeating: 0))
    for bit in 0..<(UInt32(32) &- UInt32(most.leadingZeroBitCount)) {
      let digits = Self.digits(Int32(bitPattern: bit))
      let isSet = 0 &- ((indices &>> bit) & 1)
      first ^= isSet & digits[Int(2 * pair)]
      second ^= isSet & digits[Int(2 * pair + 1)]
    }
    let own = seeds ^ joinedKey
    let step = 2 &* pair &* pairStep
    let (one, other) = (Hash.mix32(own &+ step), Hash.mix32(own &+ (step &+ pairStep)))
    return (unit(reversed(permute(first, seeds: one))), unit(reversed(permute(second, seeds: other))))
  }

  /// Pair `pair` of `fourPoints` for eight indices and seeds: first and second coordinates.
  @inline(__always)
  static func point(_ pair: UInt32, reversedIndices: SIMD8<UInt32>, seeds: SIMD8<UInt32>) -> (
    SIMD8<Float>, SIMD8<Float>
  ) {
    let seeds = Hash.mix32(seeds &+ pair &* pairStep)
    let order = reversed(permute(reversedIndices, seeds: seeds))
    let first = permute(order, seeds: Hash.mix32(seeds ^ firstKey))
    let second = permute(secondDimension(order), seeds: Hash.mix32(seeds ^ secondKey))
    return (unit(reversed(first)), unit(reversed(second)))
  }

  // Between the seeds of a vertex' pairs, and what tells the two dimensions' seeds apart.
  private static let pairStep: UInt32 = 0x9e37_79b9
  private static let firstKey: UInt32 = 0x68bc_21eb
  private static let secondKey: UInt32 = 0x02e5_be93
  private static let joinedKey: UInt32 = 0x5851_f42d

  @inline(__always) private static func permute(_ value: SIMD8<UInt32>, seeds: SIMD8<UInt32>) -> SIMD8<UInt32> {
    var x = value ^ (value &* 0x3d20_adea)
    x = x &+ seeds
    x = x &* ((seeds &>> 16) | 1)
    x ^= x &* 0x0552_6c56
    x ^= x &* 0x53a2_2864
    return x
  }

  @inline(__always) static func reversed(_ value: SIMD8<UInt32>) -> SIMD8<UInt32> {
    var x = value
    x = ((x & 0x0f0f_0f0f) &<< 4) | ((x &>> 4) & 0x0f0f_0f0f)
    x = ((x & 0x3333_3333) &<< 2) | ((x &>> 2) & 0x3333_3333)
    x = ((x & 0x5555_5555) &<< 1) | ((x &>> 1) & 0x5555_5555)
    x = ((x & 0x00ff_00ff) &<< 8) | ((x &>> 8) & 0x00ff_00ff)
    return (x &<< 16) | (x &>> 16)
  }

  @inline(__always) private static func secondDimension(_ index: SIMD8<UInt32>) -> SIMD8<UInt32> {
    var x = index
    x ^= (x &>> 1) & 0x5555_5555
    x ^= (x &>> 2) & 0x3333_3333
    x ^= (x &>> 4) & 0x0f0f_0f0f
    x ^= (x &>> 8) & 0x00ff_00ff
    x ^= (x &>> 16) & 0x0000_ffff
    return x
  }

  @inline(__always) static func unit(_ bits: SIMD8<UInt32>) -> SIMD8<Float> {
    cpacket_from_integers(unsafeBitCast(bits &>> 8, to: SIMD8<Int32>.self)) * 0x1p-24
  }
}
