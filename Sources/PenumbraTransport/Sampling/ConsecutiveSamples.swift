/// Sobol's points of samples that follow each other, drawn eight at a time: the first numbers of `PathSampler`, one by
/// itself and, where they are asked for, those of a vertex.
struct ConsecutiveSamples {
  private let oneSeed: UInt32
  private let vertexSeed: UInt32
  private let drawsVertices: Bool
  private var first: UInt32 = 0
  /// Eight rows with the first halves of the vertices' numbers, and eight with the second.
  private let rows: UnsafeMutablePointer<SIMD4<Float>>
  private let ones: UnsafeMutablePointer<SIMD8<Float>>

  /// Samples of a step.
  static let count = 8

  init(seed: UInt64, drawsVertices: Bool) {
    oneSeed = Hash.mix32(UInt32(truncatingIfNeeded: PathSampler.pixelSeed(seed: seed, pixel: 0) >> 32))
    vertexSeed = Hash.mix32(oneSeed)
    self.drawsVertices = drawsVertices
    rows = .allocate(capacity: 16)
    rows.initialize(repeating: .zero, count: 16)
    ones = .allocate(capacity: 1)
  }

  func deallocate() {
    rows.deallocate()
    ones.deallocate()
  }

  /// Goes to the eight samples from number `first` on.
  @inline(__always) mutating func begin(_ first: Int) {
    self.first = UInt32(truncatingIfNeeded: first)
    let indices = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7) &+ self.first
    ones.pointee = SobolPoints.samples2D(indices: indices, seed: oneSeed, inOrder: false).0
    guard drawsVertices else { return }
    let reversed = SobolPoints.reversed(indices)
    let seeds = SIMD8(repeating: vertexSeed)
    let (a, b) = (
      SobolPoints.point(0, reversedIndices: reversed, seeds: seeds),
      SobolPoints.point(1, reversedIndices: reversed, seeds: seeds)
    )
    let (c, d) = (
      SobolPoints.point(2, reversedIndices: reversed, seeds: seeds),
      SobolPoints.point(3, reversedIndices: reversed, seeds: seeds)
    )
    PacketRows(base: rows).store(PacketVector(a.0, b.0, c.0), d.0)
    PacketRows(base: rows + 8).store(PacketVector(a.1, b.1, c.1), d.1)
  }

  /// Uniform in [0, 1).
  @inline(__always) func one(_ lane: Int) -> Float {
    UnsafeRawPointer(ones).assumingMemoryBound(to: Float.self)[lane]
  }

  @inline(__always) func vertex(_ lane: Int) -> VertexNumbers {
    VertexNumbers(SIMD8(lowHalf: rows[lane], highHalf: rows[8 + lane]))
  }

  /// The sampler of a sample after the numbers that were drawn here.
  @inline(__always) func sampler(_ lane: Int) -> PathSampler {
    PathSampler(
      index: first &+ UInt32(truncatingIfNeeded: lane), dimensionSeed: drawsVertices ? vertexSeed : oneSeed,
      isJoined: false)
  }
}
