import Foundation
import PenumbraScenes
import PenumbraTransport

/// Error at equal time of choosing lights by the tree and uniformly, on a scene with many lights.
struct LightStudy {
  let renderer: Renderer
  /// The picture that both should converge to.
  private let reference: [Float]

  init(_ path: String, referenceSamples: Int) throws {
    renderer = try Renderer(try SceneReader.load(path: path).scene)
    var settings = RenderSettings()
    settings.samplesPerPixel = referenceSamples
    settings.seed = 1_000_003
    reference = try renderer.render(settings).rgb
  }

  /// Root mean square error relative to the reference, and seconds, of one rendering.
  func error(_ rule: LightSelection, samples: Int, seed: UInt64) throws -> (error: Double, seconds: Double) {
    var settings = RenderSettings()
    settings.samplesPerPixel = samples
    settings.seed = seed
    settings.lightSelection = rule
    // The tables of this rule are built before the clock starts, as they are once per scene.
    settings.samplesPerPixel = 1
    _ = try renderer.render(settings)
    settings.samplesPerPixel = samples
    let start = Date()
    let picture = try renderer.render(settings).rgb
    let seconds = Date().timeIntervalSince(start)
    let sum = zip(picture, reference).reduce(0.0) { sum, pair in
      let d = Double(pair.0 - pair.1) / (Double(pair.1) + 1e-2)
      return sum + d * d
    }
    return ((sum / Double(reference.count)).squareRoot(), seconds)
  }

  /// Prints, per rule, error · √seconds: errors at equal time are in this ratio as long as they fall with 1 / √samples.
  func run(samples: Int, rounds: Int) throws {
    var products: [LightSelection: Double] = [:]
    for rule in LightSelection.allCases {
      var (squares, time) = (0.0, 0.0)
      for round in 0..<rounds {
        let (error, seconds) = try error(rule, samples: samples, seed: UInt64(round))
        squares += error * error
        time += seconds
      }
      let error = (squares / Double(rounds)).squareRoot()
      products[rule] = error * (time / Double(rounds)).squareRoot()
      print("\(rule.rawValue): error \(error), \(time / Double(rounds)) s at \(samples) samples per pixel")
    }
    let best = products[.automatic] ?? .nan
    for rule in [LightSelection.power, .uniform] {
      print("error at equal time, \(rule.rawValue) / tree: \((products[rule] ?? .nan) / best)")
    }
  }
}
