import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct FusedPassTests {
  private static let keys = [
    "floor.data", "lamp.radiance", "sun.irradiance", "sun.rotate", "sky.radiance", "sensor.rotate",
  ]

  /// A picture that is not the rendered one.
  private func target(_ scene: Scene) -> [Float] {
    let film = scene.structure.sensors[0].film
    return (0..<3 * film.width * film.height).map { 0.3 + 0.2 * Float($0 % 7) / 7 }
  }

  @Test(
    "The fused gradient of an L2 loss is unbiased: it is the reverse pass with the adjoint of the converged picture",
    arguments: [SamplerSettings.Kind.independent, .sobol])
  func unbiased(_ kind: SamplerSettings.Kind) throws {
    let scene = try DerivativeScene.lit()
    let renderer = try Renderer(scene)
    let target = target(scene)
    let image = try renderer.render(.test(spp: 1 << 14, seed: 99, sampler: .sobol)).rgb
    let adjoint = zip(image, target).map { 2 * ($0 - $1) / Float(target.count) }
    let ranges = try Self.keys.map { try scene.structure.parameters.resolve($0).range }
    let directions = ranges.map { testDirection($0, count: scene.theta.count) }
    /// Per key: the derivative along a random direction and along all ones.
    func numbers(_ gradient: [Float]) -> [Double] {
      ranges.indices.flatMap { k -> [Double] in
        let along = ranges[k].reduce(0.0) { $0 + Double(gradient[$1] * directions[k][$1]) }
        return [along, ranges[k].reduce(0.0) { $0 + Double(gradient[$1]) }]
      }
    }
    // A few samples per pixel, where an adjoint from the same samples would be off by the picture's variance.
    var fused = [Estimate](repeating: Estimate(), count: 2 * ranges.count)
    var reverse = fused
    for seed in 0..<64 {
      let few = RenderSettings.test(spp: 4, seed: UInt64(seed), sampler: kind)
      let many = RenderSettings.test(spp: 32, seed: UInt64(1000 + seed), sampler: .sobol)
      let once = try renderer.fused(few, target: FusedTarget(loss: .l2, rgb: target), requested: ranges).gradient
      let twice = try renderer.reverse(many, adjoint: adjoint, requested: ranges).gradient
      for (i, (a, b)) in zip(numbers(once), numbers(twice)).enumerated() {
        fused[i].add(a)
        reverse[i].add(b)
      }
    }
    for i in fused.indices {
      #expect(
        fused[i].agrees(with: reverse[i], sigmas: 4.5, rounding: 2e-3 * abs(reverse[i].mean)),
        "\(Self.keys[i / 2]): \(fused[i]) fused, \(reverse[i]) in two passes")
    }
  }

  @Test("The loss is the weighted mean over pixels and channels", arguments: PixelLoss.allCases)
  func value(_ loss: PixelLoss) throws {
    let scene = try DerivativeScene.lit()
    let renderer = try Renderer(scene)
    let target = target(scene)
    let weights = (0..<target.count / 3).map { Float($0 % 3) }
    let range = try scene.structure.parameters.resolve("sky.radiance").range
    let settings = RenderSettings.test(spp: 8, seed: 2)
    for weights in [[], weights] {
      let result = try renderer.fused(
        settings, target: FusedTarget(loss: loss, rgb: target, weights: weights), requested: [range])
      var (sum, total) = (0.0, 0.0)
      for pixel in 0..<target.count / 3 {
        let weight = weights.isEmpty ? 1 : Double(weights[pixel])
        total += 3 * weight
        let i = 3 * pixel
        let value = loss.value(
          Spectrum(result.rgb[i], result.rgb[i + 1], result.rgb[i + 2]),
          Spectrum(target[i], target[i + 1], target[i + 2]))
        sum += weight * Double(value.sum())
      }
      #expect(abs(result.loss - sum / total) <= 1e-5 * abs(result.loss), "\(result.loss), directly \(sum / total)")
    }
  }

  @Test("With independent samples the fused picture is the rendered picture") func picture() throws {
    let scene = try DerivativeScene.lit()
    let renderer = try Renderer(scene)
    let settings = RenderSettings.test(spp: 8, seed: 2)
    let range = try scene.structure.parameters.resolve("sky.radiance").range
    let fused = try renderer.fused(settings, target: FusedTarget(loss: .l2, rgb: target(scene)), requested: [range])
    for (a, b) in zip(fused.rgb, try renderer.render(settings).rgb) { #expect(abs(a - b) <= 1e-5) }
  }

  @Test("Each loss differentiates in the picture", arguments: PixelLoss.allCases) func derivative(_ loss: PixelLoss) {
    for (image, target) in [(Float(0.4), Float(0.7)), (2, 0.1), (0.05, 0)] {
      let h: Float = 1e-3
      func value(_ x: Float) -> Double { Double(loss.value(Spectrum(repeating: x), Spectrum(repeating: target)).x) }
      let difference = (value(image + h) - value(image - h)) / Double(2 * h)
      let derivative = Double(loss.derivative(Spectrum(repeating: image), Spectrum(repeating: target)).x)
      #expect(abs(derivative - difference) <= 1e-3 * max(abs(difference), 0.1), "\(image), \(target)")
    }
  }

  @Test("One sample per pixel is refused: nothing would be independent of it") func oneSample() throws {
    let scene = try DerivativeScene.lit()
    let renderer = try Renderer(scene)
    #expect(throws: TransportError.self) {
      try renderer.fused(.test(spp: 1), target: FusedTarget(loss: .l2, rgb: target(scene)), requested: [0..<1])
    }
  }
}
