/// Samples of a few pixels, traced side by side and kept with their vertices until they are differentiated.
final class RecordedPixels {
  struct Sample {
    var position: CameraSample
    /// What the path found times the sample's weight; 0 where that is not finite.
    var radiance: Spectrum
    var isFinite: Bool
  }

  private let plan: RenderPlan
  private let isPaired: Bool
  /// Pixels that fit: as many as fill a wave.
  private let capacity: Int
  private var count = 0
  private let wave = PathWave()
  private let pixels: UnsafeMutablePointer<SIMD2<Int>>
  private let samples: UnsafeMutablePointer<Sample>
  private let arenas: UnsafeMutablePointer<PathArena>
  private var started = 0
  private var traced = 0

  /// - Parameter isPaired: whether a pixel's Sobol points come in two independently scrambled halves, one with the even
  ///   samples and one with the odd.
  init(_ plan: RenderPlan, isPaired: Bool = false) {
    self.plan = plan
    self.isPaired = isPaired && plan.samplerKind == .sobol
    capacity = max(PathWave.capacity / plan.samplesPerPixel, 1)
    pixels = .allocate(capacity: capacity)
    samples = .allocate(capacity: capacity * plan.samplesPerPixel)
    arenas = .allocate(capacity: capacity * plan.samplesPerPixel)
    for i in 0..<capacity * plan.samplesPerPixel { (arenas + i).initialize(to: PathArena(capacity: 0)) }
  }

  deinit {
    for i in 0..<capacity * plan.samplesPerPixel { arenas[i].deallocate() }
    pixels.deallocate()
    samples.deallocate()
    arenas.deallocate()
  }

  var isFull: Bool { count == capacity }

  /// Starts the samples of a pixel.
  func add(x: Int, y: Int, _ statistics: inout RenderStatistics) {
    pixels[count] = SIMD2(x, y)
    count += 1
    let pixel = y * plan.film.width + x
    for sample in 0..<plan.samplesPerPixel {
      var sampler = PathSampler(
        kind: plan.samplerKind, seed: plan.seed, pixel: pixel, sample: isPaired ? sample >> 1 : sample,
        set: isPaired ? UInt64(sample & 1) : 0)
      let p = plan.cameraSample(x: x, y: y, &sampler)
      samples[started] = Sample(position: p, radiance: .zero, isFinite: true)
      arenas[started].removeAll()
      started += 1
      wave.append(
        PathWave.Lane(
          path: PathState(ray: plan.tracer.cameraRay(p)), sampler: sampler, pixel: 0, place: .zero, weight: p.weight))
      if wave.isFull { trace(&statistics) }
    }
  }

  /// Traces what is left, hands every pixel to `body` with the number of its first sample, and forgets all.
  @inline(__always)
  func finish(_ statistics: inout RenderStatistics, _ body: (_ x: Int, _ y: Int, _ first: Int) -> Void) {
    trace(&statistics)
    statistics.paths += UInt64(started)
    for i in 0..<count { body(pixels[i].x, pixels[i].y, i * plan.samplesPerPixel) }
    (count, started, traced) = (0, 0, 0)
  }

  @inline(__always) subscript(_ sample: Int) -> Sample { samples[sample] }

  /// The record of a sample's path; empty where what it found is not finite.
  @inline(__always) func vertices(of sample: Int) -> (base: UnsafeMutablePointer<PathVertex>, count: Int) {
    (arenas[sample].base, samples[sample].isFinite ? arenas[sample].count : 0)
  }

  private func trace(_ statistics: inout RenderStatistics) {
    wave.trace(plan.tracer, arenas + traced, &statistics.rays)
    for i in 0..<wave.count {
      let lane = wave[i]
      if lane.pointee.path.radiance.isFinite {
        samples[traced + i].radiance = lane.pointee.path.radiance * lane.pointee.weight
      } else {
        samples[traced + i].isFinite = false
        statistics.rejectedNonFinite += 1
      }
    }
    traced = started
    wave.removeAll()
  }
}
