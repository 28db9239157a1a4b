import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// Directions in θ for tests: numbers in ±1 that do not repeat.
func testDirection(_ range: Range<Int>, count: Int, seed: UInt64 = 5) -> [Float] {
  var sampler = testSampler(seed: seed)
  var tangent = [Float](repeating: 0, count: count)
  for i in range { tangent[i] = range.count == 1 ? 1 : 2 * sampler.next1D() - 1 }
  return tangent
}

/// Linear functionals of a picture: its mean, and its ramps in x, in y and over channels.
struct PictureFunctionals {
  let width: Int
  let height: Int
  static let count = 4

  func callAsFunction(_ rgb: [Float]) -> [Double] {
    var sums = [Double](repeating: 0, count: Self.count)
    for i in rgb.indices {
      let x = Double((i / 3) % width) / Double(width - 1)
      let y = Double(i / 3 / width) / Double(height - 1)
      let v = Double(rgb[i]) / Double(rgb.count)
      for (k, weight) in [1, 2 * x - 1, 2 * y - 1, Double(i % 3) - 1].enumerated() { sums[k] += weight * v }
    }
    return sums
  }
}

/// Forward derivatives against central differences of renderings with the same random numbers.
///
/// Per seed the difference is extrapolated from two steps (error of order h⁴). Over seeds, the mean of
/// (derivative − difference) must vanish within its standard errors; truncation enters through what the
/// extrapolation changed.
///
/// - Parameter hasKinks: whether the picture is smooth in pieces only, as over the facets of a mesh. Differences then
///   converge in the first order: an error of e at half the step, 2 e at the whole one, changes by −e / 3 and leaves
///   2 e / 3, twice the change.
func expectForwardMatchesDifferences(
  _ c: DerivativeCase, seeds: Int = 16, visibility: VisibilityEstimator = .none, hasKinks: Bool = false,
  quantity: PictureQuantity = .radiance, bias: Double = 2e-4, spreadsDiffuse: Bool = true,
  sourceLocation: SourceLocation = #_sourceLocation
)
  throws
{
  let scene = try c.scene()
  let renderer = try Renderer(scene)
  let range = try scene.structure.parameters.resolve(c.key).range
  let tangent = testDirection(range, count: scene.theta.count)
  let film = scene.structure.sensors[0].film
  let functionals = PictureFunctionals(width: film.width, height: film.height)
  var derivatives = [Estimate](repeating: Estimate(), count: PictureFunctionals.count)
  var errors = derivatives
  var corrections = derivatives
  for seed in 0..<seeds {
    // The same paths for pictures and derivatives: their noise then cancels.
    var settings = RenderSettings.test(
      spp: c.spp, seed: UInt64(seed), sampler: .sobol, visibility: visibility, spreadsDiffuse: spreadsDiffuse)
    settings.quantity = quantity
    func difference(_ h: Float) throws -> [Double] {
      var pictures: [[Double]] = []
      for step in [h, -h] {
        try renderer.update(theta: zip(scene.theta, tangent).map { $0 + step * $1 })
        pictures.append(functionals(try renderer.render(settings).rgb))
      }
      return zip(pictures[0], pictures[1]).map { ($0 - $1) / (2 * Double(h)) }
    }
    let (coarse, fine) = (try difference(c.step), try difference(c.step / 2))
    try renderer.update(theta: scene.theta)
    let forward = functionals(try renderer.forward(settings, tangent: tangent).derivative)
    for k in 0..<PictureFunctionals.count {
      let extrapolated = (4 * fine[k] - coarse[k]) / 3
      derivatives[k].add(forward[k])
      errors[k].add(forward[k] - extrapolated)
      corrections[k].add(extrapolated - fine[k])
    }
  }
  let largest = derivatives.map { abs($0.mean) }.max() ?? 0
  for k in 0..<PictureFunctionals.count {
    let allowance = (hasKinks ? 2 : 0.2) * abs(corrections[k].mean) + bias * largest
    #expect(
      errors[k].agrees(with: 0, sigmas: 4.5, rounding: allowance),
      "\(c), functional \(k): derivative \(derivatives[k]), off by \(errors[k]), step's correction \(corrections[k])",
      sourceLocation: sourceLocation)
  }
  // A test that could not see an error of a fifth would be no test.
  let sharpest = errors.map { $0.standardError }.enumerated().map { 4.5 * $1 / max(abs(derivatives[$0].mean), 1e-12) }
    .min()
  #expect(sharpest ?? 1 < 0.2, "\(c), too noisy to tell: \(derivatives), \(errors)", sourceLocation: sourceLocation)
}

struct FiniteDifferenceTests {
  @Test("A picture's derivative in a material's inputs is that of its differences", arguments: DerivativeCase.materials)
  func materials(_ c: DerivativeCase) throws { try expectForwardMatchesDifferences(c) }

  @Test(
    "A picture's derivative in dielectrics, plastics and thin sheets is that of its differences",
    arguments: DerivativeCase.boundaries)
  func boundaries(_ c: DerivativeCase) throws { try expectForwardMatchesDifferences(c) }

  @Test(
    "A picture's derivative through masks, blends, bump and normal maps is that of its differences",
    arguments: DerivativeCase.wrappers)
  func wrappers(_ c: DerivativeCase) throws { try expectForwardMatchesDifferences(c) }

  @Test(
    "A weight of 0 or 1 has its derivative although one of the materials is not to be seen",
    arguments: [false, true], [Float(0), 1])
  func endsOfWeights(_ isMask: Bool, _ weight: Float) throws {
    let key = isMask ? "opacity" : "weight"
    func renderer(_ value: Float) throws -> Renderer {
      try Renderer(isMask ? DerivativeScene.maskedFloor(value) : DerivativeScene.blendedFloor(value))
    }
    let (low, high, here) = (try renderer(0), try renderer(1), try renderer(weight))
    let range = try here.structure.parameters.resolve(key).range
    let tangent = testDirection(range, count: here.theta.count)
    let functionals = PictureFunctionals(width: 8, height: 8)
    var errors = [Estimate](repeating: Estimate(), count: PictureFunctionals.count)
    var size = 0.0
    for seed in 0..<16 {
      let settings = RenderSettings.test(spp: 256, seed: UInt64(seed), sampler: .sobol)
      // With one bounce the picture is affine in the weight.
      let difference = zip(functionals(try high.render(settings).rgb), functionals(try low.render(settings).rgb)).map(-)
      let forward = functionals(try here.forward(settings, tangent: tangent).derivative)
      for k in errors.indices { errors[k].add(forward[k] - difference[k]) }
      size = max(size, difference.map { abs($0) }.max() ?? 0)
    }
    for error in errors {
      #expect(error.agrees(with: 0, sigmas: 4.5, rounding: 1e-5), "\(error), size \(size)")
      #expect(4.5 * error.standardError < 0.1 * size, "too noisy to tell")
    }
  }

  @Test("A picture's derivative in its lights is that of its differences", arguments: DerivativeCase.lights)
  func lights(_ c: DerivativeCase) throws { try expectForwardMatchesDifferences(c) }

  @Test("A picture's derivative in its camera is that of its differences", arguments: DerivativeCase.cameras)
  func cameras(_ c: DerivativeCase) throws { try expectForwardMatchesDifferences(c) }
}
