/// Any material at a recorded vertex; what wrapping ones do to the frame is part of the function.
struct LocalScattering: LocalResponse {
  let hit: SurfaceHit
  let wi: Vector3
  private let movingWi: Vector<Dual8>
  private let bsdf: WrappedBSDF<Dual8>
  /// The frame that wrappers turned.
  private let turned: MovingFrame<Dual8>?

  init(_ vertex: UnsafePointer<PathVertex>, _ scene: KernelScene, explores: Bool) {
    let hit = vertex.pointee.plainHit
    self.hit = hit
    let inputs = scene.movingInputs(at: hit)
    let material = scene.materials + Int(vertex.pointee.material)
    guard vertex.pointee.wrapper >= 0 else {
      wi = vertex.pointee.wi
      movingWi = LocalLanes.direction(wi, lane: 0)
      bsdf = WrappedBSDF(material.pointee.instantiate(inputs))
      turned = nil
      return
    }
    wi = hit.frame.toLocal(-vertex.pointee.direction)
    let point: SurfacePoint<Dual8> = scene.surfacePoint(hit, frame: hit.frame)
    var choices = RecordedChoices(vertex.pointee.choices, explores: explores)
    let surface = WrapperChain(scene: scene, root: vertex.pointee.wrapper).resolve(
      point, direction: -point.frame.toWorld(LocalLanes.direction(wi, lane: 0)), inputs, &choices)
    movingWi = surface.wi
    bsdf = WrappedBSDF(material.pointee.instantiate(inputs), surface)
    turned = surface.frame
  }

  @inline(__always) func plain(_ recorded: Vector3, _ vertex: UnsafePointer<PathVertex>) -> Vector3 {
    turned == nil ? recorded : hit.frame.toLocal(vertex.pointee.hit.frame.toWorld(recorded))
  }

  @inline(__always) func partials<V: ChannelVector>(wo: Vector3, counted: Spectrum) -> LocalPartials<V> {
    LocalPartials(evaluate(wo: wo), counted: counted)
  }

  /// BSDF value times cosine.
  func evaluate(wo: Vector3) -> Color<Dual8> {
    let moving = LocalLanes.direction(wo, lane: 3)
    guard let turned else { return bsdf.evaluate(wi: movingWi, wo: moving) }
    return bsdf.evaluate(wi: movingWi, wo: turned.toLocal(MovingFrame<Dual8>(hit.frame).toWorld(moving)))
  }

  func energy(isReflection: Bool) -> Color<Dual8> {
    bsdf.energy(wi: movingWi, isReflection: isReflection)
  }

  func diracDirection(isReflection: Bool) -> Vector<Dual8> {
    let wo = bsdf.diracDirection(wi: movingWi, isReflection: isReflection)
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
