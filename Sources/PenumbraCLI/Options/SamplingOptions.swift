import ArgumentParser
import Penumbra

/// How to render: options shared by everything that traces paths.
struct SamplingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Samples per pixel (default: the scene's sampler).", valueName: "n"))
  var spp: Int?

  @Option(help: ArgumentHelp("Same seed, same inputs: the same bits.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Worker threads (default: the CPUs this process may run on).", valueName: "n"))
  var threads: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Path length: 1 = emitters only, 2 = direct light, -1 = no limit.", valueName: "n"))
  var maxDepth: Int?

  mutating func validate() throws {
    if let spp, !(1...(1 << 30)).contains(spp) {
      throw ValidationError("--spp: expected a number from 1 on, found \(spp)")
    }
    if let threads, !(1...4096).contains(threads) {
      throw ValidationError("--threads: expected a number in 1...4096, found \(threads)")
    }
    if let maxDepth, maxDepth < -1 || maxDepth > 1 << 30 {
      throw ValidationError("--max-depth: expected -1 or a number from 0 on, found \(maxDepth)")
    }
  }

  var threadCount: Int { threads ?? Processors.available }

  func settings(sensor: Int) -> RenderSettings {
    var settings = RenderSettings()
    settings.sensor = sensor
    settings.samplesPerPixel = spp
    settings.seed = seed
    settings.threads = threadCount
    settings.ranks = Job.ranks
    settings.maxDepth = maxDepth
    return settings
  }
}
