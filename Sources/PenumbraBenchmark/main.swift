// Times rendering, the fused gradient and Embree alone on one scene and prints JSON; Tools/benchmark/run compares.
import Foundation
import PenumbraScenes
import PenumbraTransport

/// Median wall-clock seconds of a few runs.
func median(of runs: Int, _ body: () throws -> Void) rethrows -> Double {
  var times: [Double] = []
  for _ in 0..<runs {
    let start = Date()
    try body()
    times.append(Date().timeIntervalSince(start))
  }
  return times.sorted()[runs / 2]
}

func measure(_ path: String) throws {
  let scene = try SceneReader.load(path: path).scene
  let renderer = try Renderer(scene)
  var settings = RenderSettings()
  let requested = renderer.structure.parameters.all.filter {
    $0.key.hasSuffix("reflectance.value") || $0.key.hasSuffix("radiance.value")
  }.map(\.range)

  var image = try renderer.render(settings)
  let imageSeconds = try median(of: 5) { image = try renderer.render(settings) }
  let target = FusedTarget(loss: .l2, rgb: image.rgb.map { 0.9 * $0 })
  let fusedSeconds = try median(of: 5) {
    _ = try renderer.fused(settings, target: target, requested: requested)
  }
  // The same with all poses, moving edges included.
  let poses = renderer.structure.parameters.all.filter { parameter in
    [".translate", ".rotate", ".scale"].contains { parameter.key.hasSuffix($0) }
  }.map(\.range)
  let posedSeconds = try median(of: 3) {
    _ = try renderer.fused(settings, target: target, requested: requested + poses)
  }

  // One thread on both sides: what the renderer adds to Embree's own work per ray.
  settings.threads = 1
  settings.samplesPerPixel = 8
  var rays: UInt64 = 0
  let singleSeconds = try median(of: 5) { rays = try renderer.render(settings).statistics.rays }
  let replays = try (0..<5).map { _ in try renderer.replayIntersections(settings, repetitions: 8) }
  let replayed = replays[0].rays
  let raw = replays.map(\.seconds).sorted()[2]
  print(
    """
    {"image_seconds": \(imageSeconds), "fused_seconds": \(fusedSeconds), "posed_seconds": \(posedSeconds), \
    "rays_per_second": \(Double(rays) / singleSeconds), "embree_rays_per_second": \(Double(replayed) / raw)}
    """)
}

let arguments = Array(CommandLine.arguments.dropFirst())
do {
  if arguments.first == "image", let study = ImageStudy(Array(arguments.dropFirst())) {
    try study.run()
  } else if arguments.count == 2 && arguments[0] == "lights" {
    try LightStudy(arguments[1], referenceSamples: 4096).run(samples: 16, rounds: 4)
  } else if arguments.count == 1 {
    try measure(arguments[0])
  } else {
    let usage = """
      usage: penumbra-benchmark SCENE
             penumbra-benchmark lights SCENE
             penumbra-benchmark image SCENE SPP sobol|independent OUT [name=value …]

      """
    FileHandle.standardError.write(Data(usage.utf8))
    exit(64)
  }
} catch {
  FileHandle.standardError.write(Data("penumbra-benchmark: \(error)\n".utf8))
  exit(65)
}
