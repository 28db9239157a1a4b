/// What a recorded vertex does with light, as a function of directions in the plain shading frame of its surface and of uv.
///
/// Lanes as in `LocalPartials`.
protocol LocalResponse {
  /// The hit with the plain frame.
  var hit: SurfaceHit { get }
  /// Local direction to the previous vertex.
  var wi: Vector3 { get }

  /// Local direction of one that is recorded in the frame that wrappers turned.
  func plain(_ recorded: Vector3, _ vertex: UnsafePointer<PathVertex>) -> Vector3

  /// BSDF value times cosine.
  func evaluate(wo: Vector3) -> Color<Dual8>

  /// What a Dirac lobe lets through, and where to.
  func energy(isReflection: Bool) -> Color<Dual8>
  func diracDirection(isReflection: Bool) -> Vector<Dual8>
}

/// A diffuse surface without wrappers, as most are: a fraction of the size of `LocalScattering`, which takes longer to copy
/// than this takes to evaluate.
struct LocalDiffuse: LocalResponse {
  let hit: SurfaceHit
  let wi: Vector3
  private let diffuse: Diffuse<Dual8>

  /// `nil` for other materials.
  init?(_ vertex: UnsafePointer<PathVertex>, _ scene: KernelScene) {
    let material = scene.materials + Int(vertex.pointee.material)
    guard vertex.pointee.wrapper < 0, material.pointee.kind == .diffuse else { return nil }
    hit = vertex.pointee.hit
    wi = vertex.pointee.wi
    diffuse = material.pointee.diffuse(scene.movingInputs(at: hit))
  }

  @inline(__always) func plain(_ recorded: Vector3, _ vertex: UnsafePointer<PathVertex>) -> Vector3 { recorded }

  @inline(__always) func evaluate(wo: Vector3) -> Color<Dual8> {
    diffuse.evaluate(wi: LocalPartials.direction(wi, lane: 0), wo: LocalPartials.direction(wo, lane: 3))
  }

  // Never asked: there is no Dirac lobe.
  func energy(isReflection: Bool) -> Color<Dual8> { .zero }
  func diracDirection(isReflection: Bool) -> Vector<Dual8> { LocalPartials.direction(wi, lane: 0) }
}

extension KernelScene {
  /// What materials read at a surface, as functions of uv.
  @inline(__always) func movingInputs(at hit: SurfaceHit) -> MovingInputs<SIMD8<Float>> {
    MovingInputs(textures: textures(at: hit), u: Dual8(hit.uv.x, lane: 6), v: Dual8(hit.uv.y, lane: 7))
  }
}
