import PenumbraDifferentiable
import PenumbraTransport
import Testing
import _Differentiation

/// A shining square on the axis of an orthographic camera, before black: radiance and position are parameters.
private func square() throws -> Scene {
  var builder = SceneBuilder()
  let radiance = try builder.declare(Parameter(key: "lamp.radiance", shape: [3]), values: [1, 1, 1])
  let translate = try builder.declare(
    Parameter(key: "lamp.translate", shape: [3], movesDiscontinuities: true), values: [0, 0, 0])
  let texture = builder.add(Texture.constant(offset: radiance, channels: 3))
  let black = builder.add(Material.diffuse(reflectance: builder.addHiddenConstant([0, 0, 0])))
  let half: [Float] = [0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 1]
  let lamp = builder.add(
    Shape(
      id: "lamp", geometry: .rectangle(toWorld: builder.addHidden(half)), material: black,
      pose: Pose(translate: translate)))
  builder.add(Emitter(id: "light", source: .area(shape: lamp, radiance: texture)))
  // Looks along −z from z = 2; +x points left.
  let view: [Float] = [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 2, 0, 0, 0, 1]
  builder.add(
    Sensor(
      id: "sensor", projection: .orthographic, toWorld: builder.addHidden(view),
      film: Film(width: 8, height: 8, filter: .box())))
  return try builder.build()
}

/// Σ w · I, with a weight per column of the picture.
@differentiable(reverse,wrt: picture)
private func weighted(_ picture: [Float], _ weights: [Float]) -> Float {
  var sum: Float = 0
  for i in withoutDerivative(at: picture.indices) { sum += picture[i] * weights[i] }
  return sum
}

struct DifferentiableRendererTests {
  private var settings: RenderSettings {
    var settings = RenderSettings()
    settings.samplesPerPixel = 64
    return settings
  }

  @Test("A user's function of colour, composed with the renderer, has the derivative of the composition")
  func colour() throws {
    let camera = try DifferentiableRenderer(square(), parameters: ["lamp.radiance"], settings: settings)
    // The square covers 16 of 64 pixels of a film that is 2 × 2.
    let weights = [Float](repeating: 1.0 / 64, count: 3 * 64)
    let result = valueWithGradient(at: Float(0.7)) { x in weighted(camera.picture([x * x, 2 * x, 1]), weights) }
    #expect(abs(result.value - 0.25 * (0.49 + 1.4 + 1)) < 1e-5)
    #expect(abs(result.gradient - 0.25 * (1.4 + 2)) < 1e-5)
    #expect(camera.failure == nil)
  }

  @Test("Moving silhouettes are part of it: ∂/∂x of the light's first moment is the light itself") func motion() throws
  {
    let camera = try DifferentiableRenderer(square(), parameters: ["lamp.translate"], settings: settings)
    // Weights are the x of each pixel's centre; the flux of the square in each channel is its area / 4 = 1/4.
    let weights = (0..<192).map { (index: Int) -> Float in
      let column = Float((index / 3) % 8)
      return (column - 3.5) / 256
    }
    let slope = gradient(at: Float(0.1)) { x in weighted(camera.picture([0.5 * x, 0, 0]), weights) }
    #expect(abs(slope - 0.5 * 3 * 0.25) < 0.01, "\(slope)")
  }

  @Test("Unknown keys are refused") func unknown() throws {
    #expect(throws: TransportError.self) { try DifferentiableRenderer(square(), parameters: ["lamp.colour"]) }
  }

  @Test("What cannot be rendered is NaN and says why") func failure() throws {
    var impossible = settings
    impossible.samplesPerPixel = 0
    let camera = try DifferentiableRenderer(square(), parameters: ["lamp.radiance"], settings: impossible)
    #expect(camera.picture([1, 1, 1]).allSatisfy { $0.isNaN })
    #expect(camera.failure != nil)
  }
}
