/// The material at a surface point, in world directions.
struct SurfaceLobe {
  private let bsdf: WrappedBSDF<Float>
  private let frame: Frame
  private let geometricNormal: Vector3

  /// - Parameters:
  ///   - direction: from the surface, on the side from which it is looked at.
  ///   - choice: in [0, 1), which of several materials that share the surface.
  init(scene: KernelScene, hit: SurfaceHit, towards direction: Vector3, choice: Float) {
    geometricNormal = hit.geometricNormal
    let inputs = ValueInputs(textures: scene.textures(at: hit), uv: hit.uv)
    let root = scene.shapes[Int(hit.shape)].material
    guard scene.materials[Int(root)].kind.isWrapper else {
      frame = hit.frame
      bsdf = WrappedBSDF(scene.materials[Int(root)].instantiate(inputs))
      return
    }
    var choices = DrawnChoices(choice, explores: false)
    let surface = WrapperChain(scene: scene, root: root).resolve(
      scene.surfacePoint(hit, frame: hit.frame), direction: Vector(direction * -1), inputs, &choices)
    frame = surface.frame.value
    bsdf = WrappedBSDF(scene.materials[Int(surface.material)].instantiate(inputs), surface)
  }

  /// f · |cos θ| of the light's side, for light from `light` that leaves towards `camera`; zero for Dirac lobes.
  func evaluate(camera: Vector3, light: Vector3) -> Spectrum {
    bsdf.evaluate(wi: Vector(frame.toLocal(camera)), wo: Vector(frame.toLocal(light))).value
  }

  /// The surface's narrow lobes as a camera in the direction `camera` sees them; `nil` when it has none.
  func glossyView(camera: Vector3, at position: Vector3) -> GlossyView? {
    guard let facets = bsdf.bsdf.glossyFacets else { return nil }
    let peaks = facets.peaks(frame.toLocal(camera))
    return GlossyView(
      position, peaks: (frame.toWorld(peaks.reflected), peaks.refracted.map { frame.toWorld($0) }), alpha: facets.alpha,
      normal: dot(geometricNormal, camera) < 0 ? geometricNormal * -1 : geometricNormal)
  }

  /// A direction to go on from `from`, with its density in sr⁻¹; `nil` for Dirac lobes.
  func sample(_ from: Vector3, lobe: Float, u: SIMD2<Float>) -> (direction: Vector3, pdf: Float)? {
    guard let s = bsdf.sample(wi: frame.toLocal(from), lobe: lobe, u: u), !s.isDirac, s.pdf > 0 else { return nil }
    return (frame.toWorld(s.wo), s.pdf)
  }
}
