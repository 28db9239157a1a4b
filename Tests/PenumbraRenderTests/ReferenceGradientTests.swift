import Foundation
import Penumbra
import PenumbraTestSupport
import Testing

/// A reference derivative image: brute-force differences of another renderer.
struct GradientCase: Sendable, CustomStringConvertible {
  let description: String
  /// Samples per pixel of each batch; noisy cases need more.
  let spp: Int
  /// Degrees about x by which the scene turns its mesh, where the reference's direction is one of the mesh's file: keys
  /// are in world space.
  var turned: Float = 0

  static let folder = "reference/gradients"
  static let isPresent = SharedData.exists(folder)

  /// Cases without moving discontinuities whose plugins are supported.
  static let all = [
    GradientCase(description: "area_radiance", spp: 64), GradientCase(description: "bitmap_texels", spp: 64),
    GradientCase(description: "cbox_wall_albedo", spp: 128), GradientCase(description: "dielectric_eta", spp: 128),
    GradientCase(description: "point_translate", spp: 64),
    GradientCase(description: "principled_roughness", spp: 512),
    GradientCase(description: "roughdielectric_alpha", spp: 256), GradientCase(description: "blend_weight", spp: 256),
    GradientCase(description: "roughconductor_alpha", spp: 128), GradientCase(description: "envmap_rotate", spp: 64),
    GradientCase(description: "spot_rotate", spp: 64),
    GradientCase(description: "vertex_normals", spp: 64, turned: -12),
  ]

  private struct Record: Decodable {
    let parameter: String
    let direction: [Float]?
  }

  private func path(_ name: String) -> String { "\(Self.folder)/\(description)/\(name)" }

  func scene() throws -> Scene { try SceneReader.load(path: SharedData.folder(path("scene.xml"))).scene }

  func picture(_ name: String) throws -> [Float] { try ReferenceScene.rgb(path(name)) }

  /// The parameter's elements of θ and the direction of the derivative.
  func direction(in scene: Scene) throws -> (range: Range<Int>, tangent: [Float]) {
    let data = try Data(contentsOf: URL(fileURLWithPath: SharedData.folder(path("case.json"))))
    let record = try JSONDecoder().decode(Record.self, from: data)
    let range = try scene.structure.parameters.resolve(record.parameter).range
    var tangent = [Float](repeating: 0, count: scene.theta.count)
    tangent.replaceSubrange(range, with: record.direction ?? [Float](repeating: 1, count: range.count))
    if turned != 0 {
      let (c, s) = (cos(turned * .pi / 180), sin(turned * .pi / 180))
      for i in stride(from: range.lowerBound, to: range.upperBound, by: 3) {
        (tangent[i + 1], tangent[i + 2]) = (
          c * tangent[i + 1] - s * tangent[i + 2], s * tangent[i + 1] + c * tangent[i + 2]
        )
      }
    }
    return (range, tangent)
  }
}

@Suite(.enabled(if: GradientCase.isPresent, "needs ../shared/\(GradientCase.folder)"))
struct ReferenceGradientTests {
  @Test(
    "Derivative images agree with brute-force differences of Mitsuba to 3 %, both noises subtracted",
    arguments: GradientCase.all)
  func agrees(_ c: GradientCase) throws {
    let scene = try c.scene()
    let renderer = try Renderer(scene)
    let (_, tangent) = try c.direction(in: scene)
    let reference = try c.picture("dI.exr")
    let referenceError = try c.picture("dI_stderr.exr")
    let batches = 8
    var pixels = [Estimate](repeating: Estimate(), count: reference.count)
    var single = 0.0
    for batch in 0..<batches {
      let settings = RenderSettings(spp: c.spp, seed: UInt64(batch), sampler: .sobol)
      let derivative = try renderer.forward(settings, tangent: tangent).derivative
      for i in pixels.indices { pixels[i].add(Double(derivative[i])) }
      if batch == 0 { single = Self.rms(zip(derivative, reference).map { Double($0 - $1) }) }
    }
    let size = Self.rms(reference.map { Double($0) })
    var (excess, chi) = (0.0, 0.0)
    for (i, pixel) in pixels.enumerated() {
      let noise = pow(Double(referenceError[i]), 2) + pow(pixel.standardError, 2)
      let difference = pow(pixel.mean - Double(reference[i]), 2)
      excess += difference - noise
      chi += difference
    }
    let error = (max(excess, 0) / Double(pixels.count)).squareRoot() / size
    let raw = (chi / Double(pixels.count)).squareRoot() / size
    print(
      "\(c): error \(percent(error)), raw \(percent(raw)) at \(batches * c.spp) Sobol samples, "
        + "\(percent(single / size)) at \(c.spp)")
    #expect(error <= 0.03)
  }

  @Test("⟨a, J v⟩ = ⟨Jᵀ a, v⟩ on the reference scenes", arguments: GradientCase.all)
  func transpose(_ c: GradientCase) throws {
    let scene = try c.scene()
    let renderer = try Renderer(scene)
    let (range, tangent) = try c.direction(in: scene)
    let settings = RenderSettings(spp: 8, sampler: .sobol)
    let forward = try renderer.forward(settings, tangent: tangent).derivative
    let adjoint = forward.indices.map { Float(($0 * 7919) % 13) - 6 }
    let gradient = try renderer.reverse(settings, adjoint: adjoint, requested: [range]).gradient
    let products = zip(adjoint, forward).map { Double($0 * $1) }
    let right = range.reduce(0.0) { $0 + Double(gradient[$1] * tangent[$1]) }
    let size = products.reduce(0) { $0 + abs($1) }
    #expect(abs(products.reduce(0, +) - right) <= 1e-4 * size)
  }

  private static func rms(_ values: [Double]) -> Double {
    (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
  }
}

private func percent(_ x: Double) -> String { String(format: "%.2f %%", 100 * x) }
