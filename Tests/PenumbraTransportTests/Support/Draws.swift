@testable import PenumbraTransport

/// Random numbers for tests: the renderer's own independent sampler, itself tested in `SamplerTests`.
func testSampler(seed: UInt64 = 1) -> PathSampler {
  PathSampler(kind: .independent, seed: seed, pixel: 0, sample: 0)
}
