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

  /// Partials of the BSDF's value times cosine.
  func partials(wo: Vector3, times weight: Spectrum) -> LocalPartials

  /// What a Dirac lobe lets through, and where to.
  func energy(isReflection: Bool) -> Color<Dual8>
  func diracDirection(isReflection: Bool) -> Vector<Dual8>
}

/// A diffuse surface without wrappers, as most are: all that it depends on is known in closed form.
struct LocalDiffuse: LocalResponse {
  let hit: SurfaceHit
  let wi: Vector3
  private let reflectance: Spectrum
  private var perU = Spectrum.zero
  private var perV = Spectrum.zero

  /// `nil` for other materials.
  @inline(__always) init?(_ vertex: UnsafePointer<PathVertex>, _ scene: KernelScene) {
    let material = scene.materials + Int(vertex.pointee.material)
    guard vertex.pointee.wrapper < 0, material.pointee.kind == .diffuse else { return nil }
    hit = vertex.pointee.hit
    wi = vertex.pointee.wi
    let texture = material.pointee.slots[0]
    guard scene.textures.records[Int(texture)].kind != .constant else {
      reflectance = scene.textures.color(texture, .zero)
      return
    }
    let textures = scene.textures(at: hit)
    let footprint = textures.footprint(texture, hit.uv)
    reflectance = footprint.color(textures.values, footprint.weights)
    perU = footprint.color(textures.values, footprint.weightsU)
    perV = footprint.color(textures.values, footprint.weightsV)
  }

  @inline(__always) func plain(_ recorded: Vector3, _ vertex: UnsafePointer<PathVertex>) -> Vector3 { recorded }

  /// Of ρ cos θₒ / π.
  @inline(__always) func partials(wo: Vector3, times weight: Spectrum) -> LocalPartials {
    var result = LocalPartials()
    guard wi.z > 0, wo.z > 0 else { return result }
    let scaled = weight * (1 / .pi)
    result.wo = Covector(Vector3(0, 0, 1), times: reflectance * scaled)
    result.u = perU * scaled * wo.z
    result.v = perV * scaled * wo.z
    return result
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
