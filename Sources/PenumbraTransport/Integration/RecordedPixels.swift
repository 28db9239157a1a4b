/// Samples of a few pixels, traced side by side and kept with their vertices until they are differentiated.
final class RecordedPixels {
  /// What is differentiated at once.
  enum Unit {
    /// All samples of a pixel, however many, in two independently scrambled halves if they are Sobol points: one of the
    /// even samples and one of the odd.
    case pixel
    /// As many samples as fill a wave: records stay in the nearest cache.
    case wave
  }

  /// Some samples of a pixel.
  struct Part {
    var x: Int
    var y: Int
    /// Numbers in this collection.
    var samples: Range<Int>
    /// Whether no sample of the pixel follows.
    var isLast: Bool
  }

  struct Sample {
    var position: CameraSample
    /// What the path found times the sample's weight; 0 where that is not finite.
    var radiance: Spectrum
    var isFinite: Bool
  }

  private let plan: RenderPlan
  private let isPaired: Bool
  /// Samples of a part, and parts that fit.
  private let partSize: Int
  private let capacity: Int
  private var count = 0
  private let wave = PathWave()
  /// Of all paths so far; what derivatives were rejected, their users add.
  var statistics = RenderStatistics()
  private let parts: UnsafeMutablePointer<Part>
  private let samples: UnsafeMutablePointer<Sample>
  private let arenas: UnsafeMutablePointer<PathArena>
  private var started = 0
  private var traced = 0

  init(_ plan: RenderPlan, unit: Unit) {
    self.plan = plan
    isPaired = unit == .pixel && plan.samplerKind == .sobol
    partSize = unit == .pixel ? plan.samplesPerPixel : min(plan.samplesPerPixel, PathWave.capacity)
    capacity = max(PathWave.capacity / partSize, 1)
    parts = .allocate(capacity: capacity)
    samples = .allocate(capacity: capacity * partSize)
    arenas = .allocate(capacity: capacity * partSize)
    for i in 0..<capacity * partSize { (arenas + i).initialize(to: PathArena(capacity: 0)) }
  }

  deinit {
    for i in 0..<capacity * partSize { arenas[i].deallocate() }
    parts.deallocate()
    samples.deallocate()
    arenas.deallocate()
  }

  /// Traces all samples of a pixel; parts go to `body` whenever there is no room for more.
  @inline(__always)
  func add(x: Int, y: Int, _ body: (Part) -> Void) {
    for first in stride(from: 0, to: plan.samplesPerPixel, by: partSize) {
      let end = min(first + partSize, plan.samplesPerPixel)
      start(x, y, first..<end)
      if count == capacity { finish(body) }
    }
  }

  private func start(_ x: Int, _ y: Int, _ numbers: Range<Int>) {
    parts[count] = Part(
      x: x, y: y, samples: started..<started + numbers.count, isLast: numbers.upperBound == plan.samplesPerPixel)
    count += 1
    // Read once: a plan counts its references.
    let plan = plan
    let joins = plan.joinsSamples(sets: isPaired ? 2 : 1)
    let pixel = y * plan.film.width + x
    let seed = PathSampler.pixelSeed(seed: plan.seed, pixel: pixel)
    let otherSeed = isPaired ? PathSampler.pixelSeed(seed: plan.seed, pixel: pixel, set: 1) : seed
    for sample in numbers {
      var sampler = PathSampler(
        kind: plan.samplerKind, pixelSeed: sample & 1 == 0 ? seed : otherSeed,
        sample: isPaired ? sample >> 1 : sample, joins: joins)
      let p = plan.cameraSample(x: x, y: y, &sampler)
      samples[started] = Sample(position: p, radiance: .zero, isFinite: true)
      arenas[started].removeAll()
      started += 1
      wave.append(sampler, at: p)
      if wave.isFull { trace() }
    }
  }

  /// Traces what is left, hands every part to `body`, in the order in which they were added, and forgets all.
  @inline(__always)
  func finish(_ body: (Part) -> Void) {
    trace()
    statistics.paths += UInt64(started)
    for i in 0..<count { body(parts[i]) }
    (count, started, traced) = (0, 0, 0)
  }

  @inline(__always) subscript(_ sample: Int) -> Sample { samples[sample] }

  /// The record of a sample's path; empty where what it found is not finite.
  @inline(__always) func vertices(of sample: Int) -> (base: UnsafeMutablePointer<PathVertex>, count: Int) {
    (arenas[sample].base, samples[sample].isFinite ? arenas[sample].count : 0)
  }

  private func trace() {
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
