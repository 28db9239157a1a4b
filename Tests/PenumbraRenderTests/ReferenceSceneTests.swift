import Foundation
import Penumbra
import PenumbraTestSupport
import Testing

/// A scene of the shared collection with its reference picture.
struct ReferenceScene: Sendable, CustomStringConvertible {
  let path: String
  let reference: String
  let variance: String
  let size: (width: Int, height: Int)
  let spp: Int
  let referenceSpp: Int
  /// The reference is filtered over neighbouring pixels, and its noise has heavy tails.
  var isLarge = false
  var description: String { (path as NSString).lastPathComponent }

  static let folder = "data/mitsuba-scenes"
  static let isPresent = SharedData.exists(folder)

  private static func core(_ group: String, _ name: String, _ integrator: String, _ size: (Int, Int), _ spp: Int)
    -> ReferenceScene
  {
    let base = "\(folder)/tests/scenes/\(group)"
    return ReferenceScene(
      path: "\(base)/test_\(name)_\(integrator).xml", reference: "\(base)/refs/test_\(name)_ref_rgb.exr",
      variance: "\(base)/refs/test_\(name)_ref_rgb_var.exr", size: size, spp: spp, referenceSpp: 32_000)
  }

  /// Those whose plugins are all supported.
  static let core: [ReferenceScene] = [
    core("bsdf_spheres", "constant", "path", (48, 48), 868),
    core("bsdf_spheres", "arealight", "path", (48, 48), 868),
    core("bsdf_spheres", "roughdielectric", "path", (48, 48), 868),
    core("bsdf_spheres", "roughplastic_nonlinear", "path", (48, 48), 868),
    core("bsdf_spheres", "bumpmap", "path", (48, 48), 868),
    core("bsdf_spheres", "normalmap", "path", (48, 48), 868),
    core("bsdf_spheres", "textured_diffuse", "path", (48, 48), 868),
    core("bsdf_spheres", "textured_roughconductor", "path", (48, 48), 868),
    core("bsdf_spheres", "texturedprincipled1", "path", (48, 48), 868),
    core("instancing", "instancing", "path", (64, 64), 488),
    core("various_emitters", "various_emitters", "ptracer", (512, 64), 61),
    core("various_shapes", "various_shapes", "path", (480, 480), 8),
    core("mesh_attributes", "mesh_attributes_3_vertex", "direct", (48, 48), 868),
    core("orthographic_sensor", "orthographic", "path", (200, 120), 83),
    core("texture_interp", "texture_interp", "direct", (128, 128), 122),
  ]

  static let cornellBox = ReferenceScene(
    path: "\(folder)/scenes/cbox/cbox.xml", reference: "\(folder)/scenes/cbox/refs/cbox_ref_rgb.exr",
    variance: "\(folder)/scenes/cbox/refs/cbox_ref_rgb_var.exr", size: (256, 256), spp: 1024, referenceSpp: 4096)

  func load() throws -> Scene {
    let options = SceneLoadOptions(filmSize: (width: size.width, height: size.height))
    return try SceneReader.load(path: SharedData.folder(path), options: options).scene
  }

  static func rgb(_ path: String) throws -> [Float] {
    let image = try Image.read(SharedData.folder(path))
    let n = image.channels.count
    guard n > 3 else { return image.values }
    return (0..<image.pixelCount).flatMap { image.values[(n * $0)..<(n * $0 + 3)] }
  }
}

extension RenderSettings {
  init(spp: Int, seed: UInt64 = 0, sampler: SamplerSettings.Kind = .independent) {
    self.init()
    samplesPerPixel = spp
    self.seed = seed
    self.sampler = sampler
  }
}

@Suite(.enabled(if: ReferenceScene.isPresent, "needs ../shared/\(ReferenceScene.folder)"))
struct ReferenceSceneTests {
  @Test(
    "Pictures agree with Mitsuba's references within their standard errors, pixel by pixel",
    arguments: ReferenceScene.core)
  func agrees(_ scene: ReferenceScene) throws {
    let image = try Renderer(scene.load()).render(RenderSettings(spp: scene.spp))
    let test = ZTest(
      image: image.rgb, reference: try ReferenceScene.rgb(scene.reference),
      variance: try ReferenceScene.rgb(scene.variance), samples: scene.spp, referenceSamples: scene.referenceSpp)
    print("\(scene): passed \(test.passFraction), rms z \(test.rootMeanSquare), mean ratio \(test.meanRatio)")
    #expect(test.passFraction >= 0.9975)
    #expect(image.statistics.rejectedNonFinite == 0)
  }

  /// At the collection's own 30 samples caustics make the noise of a pixel far from normal, and not even Mitsuba
  /// passes; 1024 samples are enough for the central limit.
  @Test("The Cornell box agrees pixel by pixel, and in blocks of 8 × 8 pixels to a fraction of that noise")
  func cornellBox() throws {
    let scene = ReferenceScene.cornellBox
    let image = try Renderer(scene.load()).render(RenderSettings(spp: scene.spp)).rgb
    let pixels = ZTest(
      image: image, reference: try ReferenceScene.rgb(scene.reference),
      variance: try ReferenceScene.rgb(scene.variance), samples: scene.spp, referenceSamples: scene.referenceSpp)
    print("\(scene): passed \(pixels.passFraction), rms z \(pixels.rootMeanSquare)")
    #expect(pixels.passFraction >= 0.9975)
    let blocks = { (values: [Float]) in Self.blocks(values, width: scene.size.width, side: 8) }
    // The mean of n pixels of equal noise has 1/n of their mean variance.
    let test = ZTest(
      image: blocks(image), reference: blocks(try ReferenceScene.rgb(scene.reference)),
      variance: blocks(try ReferenceScene.rgb(scene.variance)), samples: 64 * scene.spp,
      referenceSamples: 64 * scene.referenceSpp)
    print("\(scene) in blocks: passed \(test.passFraction), rms z \(test.rootMeanSquare), mean ratio \(test.meanRatio)")
    #expect(test.passFraction >= 0.9975)
    #expect(abs(test.meanRatio - 1) < 2e-3)
  }

  /// Means over square blocks.
  private static func blocks(_ values: [Float], width: Int, side: Int) -> [Float] {
    let columns = width / side
    let rows = values.count / 3 / width / side
    var sums = [Double](repeating: 0, count: 3 * columns * rows)
    for i in values.indices {
      let (x, y) = ((i / 3) % width / side, i / 3 / width / side)
      sums[3 * (y * columns + x) + i % 3] += Double(values[i])
    }
    return sums.map { Float($0 / Double(side * side)) }
  }
}
