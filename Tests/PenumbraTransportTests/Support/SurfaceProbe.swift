@testable import PenumbraTransport

/// A material on a horizontal square, evaluated in world directions with its wrappers resolved.
struct SurfaceProbe {
  private let expanded: ExpandedScene
  private let hit: SurfaceHit
  private var kernel: KernelScene { expanded.kernel }

  init(_ material: (inout TestScene) throws -> MaterialID) throws {
    var scene = TestScene()
    scene.add(Geometry.rectangle, TestScene.identity, try material(&scene))
    try scene.camera(TestScene.lookAt([0, 0, 3], .zero))
    expanded = try ExpandedScene(scene.builder.build())
    guard let hit = expanded.kernel.intersect(Ray(origin: [0.1, 0.2, 1], direction: [0, 0, -1])) else {
      throw TransportError(.invalidScene, "the square was missed")
    }
    self.hit = hit
  }

  /// Follows every choice of masks and blends, telling its probability and what it leads to.
  private func forEachChoice(wi: Vector3, _ body: (Double, WrappedBSDF<Float>, WrappedSurface<Float>) -> Void) {
    let inputs = ValueInputs(textures: kernel.textures, uv: hit.uv)
    var bits: UInt32 = 0
    while true {
      var choices = ListedChoices(bits: bits)
      let surface = WrapperChain(scene: kernel, root: kernel.shapes[Int(hit.shape)].material).resolve(
        kernel.surfacePoint(hit, frame: hit.frame), direction: Vector(-wi), inputs, &choices)
      let bsdf = WrappedBSDF(kernel.materials[Int(surface.material)].instantiate(inputs), surface)
      if choices.probability > 0 { body(choices.probability, bsdf, surface) }
      // The next path through the tree of choices.
      var next = choices.count
      while next > 0, bits & (1 << (next - 1)) != 0 { next -= 1 }
      guard next > 0 else { return }
      bits = (bits & ((1 << (next - 1)) - 1)) | (1 << (next - 1))
    }
  }

  /// f(wi, wo) · |cos θₒ| with the shading normal of the innermost material, choices averaged.
  func value(wi: Vector3, wo: Vector3) -> Spectrum {
    var sum = Spectrum.zero
    forEachChoice(wi: wi) { probability, bsdf, surface in
      let value = bsdf.evaluate(wi: surface.wi, wo: surface.frame.toLocal(Vector(wo))).value
      sum += value * Float(probability)
    }
    return sum
  }

  /// Draws a world direction as the path tracer does.
  func sample(wi: Vector3, choice: Float, lobe: Float, u: SIMD2<Float>) -> (sample: BSDFSample, direction: Vector3)? {
    let inputs = ValueInputs(textures: kernel.textures, uv: hit.uv)
    var choices = DrawnChoices(choice, explores: false)
    let surface = WrapperChain(scene: kernel, root: kernel.shapes[Int(hit.shape)].material).resolve(
      kernel.surfacePoint(hit, frame: hit.frame), direction: Vector(-wi), inputs, &choices)
    let bsdf = WrappedBSDF(kernel.materials[Int(surface.material)].instantiate(inputs), surface)
    guard let sample = bsdf.sample(wi: surface.wi.value, lobe: lobe, u: u) else { return nil }
    return (sample, surface.frame.value.toWorld(sample.wo))
  }

  /// Density of `sample` producing the world direction `wo`, Dirac lobes left out.
  func pdf(wi: Vector3, wo: Vector3) -> Float {
    var sum = 0.0
    forEachChoice(wi: wi) { probability, bsdf, surface in
      sum += probability * Double(bsdf.pdf(wi: surface.wi.value, wo: surface.frame.value.toLocal(wo)))
    }
    return Float(sum)
  }
}

/// Given choices, and how likely they are.
private struct ListedChoices: ChildChoice {
  let bits: UInt32
  private(set) var count: UInt32 = 0
  private(set) var probability = 1.0

  init(bits: UInt32) { self.bits = bits }

  mutating func choose(_ weight: Float) -> (isSecond: Bool, probability: Float) {
    let isSecond = bits & (1 << count) != 0
    count += 1
    let p = isSecond ? weight : 1 - weight
    probability *= Double(p)
    return (isSecond, p > 0 ? p : 1)
  }
}
