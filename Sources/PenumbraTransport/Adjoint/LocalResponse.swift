/// What a recorded vertex does with light, as a function of directions in the plain shading frame of its surface and of uv.
///
/// Lanes as in `LocalLanes`.
protocol LocalResponse {
  /// The hit with the plain frame.
  var hit: SurfaceHit { get }
  /// Local direction to the previous vertex.
  var wi: Vector3 { get }

  /// Local direction of one that is recorded in the frame that wrappers turned.
  func plain(_ recorded: Vector3, _ vertex: UnsafePointer<PathVertex>) -> Vector3

  /// Partials of the BSDF's value times cosine.
  ///
  /// - Parameter counted: how much each channel counts.
  func partials<V: ChannelVector>(wo: Vector3, counted: Spectrum) -> LocalPartials<V>

  /// What a Dirac lobe lets through, and where to.
  func energy(isReflection: Bool) -> Color<Dual8>
  func diracDirection(isReflection: Bool) -> Vector<Dual8>
}

/// A diffuse surface without wrappers, as most are: all that it depends on is known in closed form.
struct LocalDiffuse: LocalResponse {
  let hit: SurfaceHit
  let wi: Vector3
  private let reflectance: Spectrum
  private var hasTexture = false
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
    hasTexture = true
    perU = footprint.color(textures.values, footprint.weightsU)
    perV = footprint.color(textures.values, footprint.weightsV)
  }

  @inline(__always) func plain(_ recorded: Vector3, _ vertex: UnsafePointer<PathVertex>) -> Vector3 { recorded }

  /// Of ρ cos θₒ / π.
  @inline(__always) func partials<V: ChannelVector>(wo: Vector3, counted: Spectrum) -> LocalPartials<V> {
    var result = LocalPartials<V>()
    guard wi.z > 0, wo.z > 0 else { return result }
    let scaled = counted * (1 / .pi)
    result.wo = V(Vector3(0, 0, 1), counted: reflectance * scaled)
    guard hasTexture else { return result }
    result.u = V.Weight(counted: perU * scaled * wo.z)
    result.v = V.Weight(counted: perV * scaled * wo.z)
    return result
  }

  // Never asked: there is no Dirac lobe.
  func energy(isReflection: Bool) -> Color<Dual8> { .zero }
  func diracDirection(isReflection: Bool) -> Vector<Dual8> { LocalLanes.direction(wi, lane: 0) }
}

extension KernelScene {
  /// What materials read at a surface, as functions of uv.
  @inline(__always) func movingInputs(at hit: SurfaceHit) -> MovingInputs<SIMD8<Float>> {
    MovingInputs(textures: textures(at: hit), u: Dual8(hit.uv.x, lane: 6), v: Dual8(hit.uv.y, lane: 7))
  }
}
