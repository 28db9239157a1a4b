import Foundation
import PenumbraScenes
import PenumbraTransport

/// One picture with its time, for comparisons of speed and error with other renderers.
struct ImageStudy {
  let scene: String
  let samples: Int
  let sampler: SamplerSettings.Kind
  /// Receives the picture: [height × width × 3] numbers of 32 bits, nothing else.
  let output: String
  /// Values of the scene file's `$names`.
  let defines: [String: String]

  private static let samplers: [String: SamplerSettings.Kind] = ["sobol": .sobol, "independent": .independent]

  /// - Parameter arguments: SCENE SPP sobol|independent OUT [name=value …].
  init?(_ arguments: [String]) {
    guard arguments.count >= 4, let samples = Int(arguments[1]),
      let sampler = Self.samplers[arguments[2]]
    else { return nil }
    (scene, self.samples, self.sampler, output) = (arguments[0], samples, sampler, arguments[3])
    var defines: [String: String] = [:]
    for definition in arguments.dropFirst(4) {
      let parts = definition.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      defines[String(parts[0])] = String(parts[1])
    }
    self.defines = defines
  }

  /// Prints the median time of three pictures; the last one is kept.
  func run() throws {
    var options = SceneLoadOptions()
    options.defines = defines
    let renderer = try Renderer(try SceneReader.load(path: scene, options: options).scene)
    var settings = RenderSettings()
    settings.samplesPerPixel = samples
    settings.sampler = sampler
    var picture = try renderer.render(settings)
    let seconds = try median(of: 3) {
      settings.seed += 1
      picture = try renderer.render(settings)
    }
    try picture.rgb.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: output)) }
    print("{\"seconds\": \(seconds), \"width\": \(picture.width), \"height\": \(picture.height)}")
  }
}
