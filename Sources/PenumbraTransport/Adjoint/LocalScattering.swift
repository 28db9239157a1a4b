/// The BSDF at a recorded vertex as a function of directions in the plain shading frame of its surface and of uv; what
/// wrapping materials do to the frame is part of the function.
///
/// Lanes as in `LocalPartials`.
struct LocalScattering {
  /// The hit with the plain frame.
  let hit: SurfaceHit
  /// Local direction to the previous vertex.
  let wi: Vector3
  private let movingWi: Vector<Dual8>
  /// What most surfaces are; the other is then `nil`, which spares its size.
  private let diffuse: Diffuse<Dual8>?
  private let bsdf: WrappedBSDF<Dual8>?
  /// The frame that wrappers turned.
  private let turned: MovingFrame<Dual8>?

  init(_ vertex: UnsafePointer<PathVertex>, _ scene: KernelScene, explores: Bool) {
    let hit = vertex.pointee.plainHit
    self.hit = hit
    let inputs = MovingInputs<SIMD8<Float>>(
      textures: scene.textures(at: hit), u: Dual8(hit.uv.x, lane: 6), v: Dual8(hit.uv.y, lane: 7))
    let material = scene.materials + Int(vertex.pointee.material)
    guard vertex.pointee.wrapper >= 0 else {
      wi = vertex.pointee.wi
      movingWi = LocalPartials.direction(wi, lane: 0)
      let isDiffuse = material.pointee.kind == .diffuse
      diffuse = isDiffuse ? material.pointee.diffuse(inputs) : nil
      bsdf = isDiffuse ? nil : WrappedBSDF(material.pointee.instantiate(inputs))
      turned = nil
      return
    }
    diffuse = nil
    wi = hit.frame.toLocal(-vertex.pointee.direction)
    let point: SurfacePoint<Dual8> = scene.surfacePoint(hit, frame: hit.frame)
    var choices = RecordedChoices(vertex.pointee.choices, explores: explores)
    let surface = WrapperChain(scene: scene, root: vertex.pointee.wrapper).resolve(
      point, direction: -point.frame.toWorld(LocalPartials.direction(wi, lane: 0)), inputs, &choices)
    movingWi = surface.wi
    bsdf = WrappedBSDF(material.pointee.instantiate(inputs), surface)
    turned = surface.frame
  }

  /// Local direction of one that is recorded in the frame that wrappers turned.
  @inline(__always) func plain(_ recorded: Vector3, _ vertex: UnsafePointer<PathVertex>) -> Vector3 {
    turned == nil ? recorded : hit.frame.toLocal(vertex.pointee.hit.frame.toWorld(recorded))
  }

  func evaluate(wo: Vector3) -> Color<Dual8> {
    let moving = LocalPartials.direction(wo, lane: 3)
    if let diffuse { return diffuse.evaluate(wi: movingWi, wo: moving) }
    guard let bsdf else { return .zero }
    guard let turned else { return bsdf.evaluate(wi: movingWi, wo: moving) }
    return bsdf.evaluate(wi: movingWi, wo: turned.toLocal(MovingFrame<Dual8>(hit.frame).toWorld(moving)))
  }

  func energy(isReflection: Bool) -> Color<Dual8> {
    bsdf?.energy(wi: movingWi, isReflection: isReflection) ?? .zero
  }

  func diracDirection(isReflection: Bool) -> Vector<Dual8> {
    guard let wo = bsdf?.diracDirection(wi: movingWi, isReflection: isReflection) else { return movingWi }
    guard let turned else { return wo }
    return MovingFrame<Dual8>(hit.frame).toLocal(turned.toWorld(wo))
  }
}

extension PathVertex {
  /// The hit with the frame of the surface itself, turned at most to the other side.
  var plainHit: SurfaceHit {
    guard kind == .scatter, wrapper >= 0 else { return hit }
    var plain = hit
    plain.frame = plainFrame
    return plain
  }
}
