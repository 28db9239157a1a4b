import Testing

@testable import PenumbraTransport

struct ConsecutiveSamplesTests {
  @Test(
    "Samples drawn eight at a time have the numbers of samplers by themselves, with and without a vertex",
    arguments: [false, true])
  func numbers(_ drawsVertices: Bool) {
    let seed: UInt64 = 0x51ab
    var together = ConsecutiveSamples(seed: seed, drawsVertices: drawsVertices)
    defer { together.deallocate() }
    for first in [0, 8, 1001] {
      together.begin(first)
      for lane in 0..<ConsecutiveSamples.count {
        var alone = PathSampler(kind: .sobol, seed: seed, pixel: 0, sample: first + lane)
        #expect(together.one(lane) == alone.next1D())
        if drawsVertices {
          let (own, other) = (together.vertex(lane), alone.nextVertex())
          #expect(own.light == other.light && own.direction == other.direction && own.emitter == other.emitter)
          #expect(own.lobe == other.lobe && own.material == other.material && own.roulette == other.roulette)
        }
        var after = together.sampler(lane)
        #expect(after.next2D() == alone.next2D() && after.next1D() == alone.next1D())
      }
    }
  }
}
