/// Partials of a recorded path with respect to the surfaces it touches, their positions, areas and normals, and with
/// respect to the camera's own numbers.
///
/// The path's contribution is a function of its vertices (DESIGN §4). A vertex seen by the camera or after a Dirac lobe
/// is *traced*: its ray stays and the surface slides under it. Other vertices are *material points*: they keep their
/// place on their surface, and the segment to them has the factor |a · d| / |d|³, where a is the area vector of the
/// surface element and d the segment. Densities and MIS weights are those at rest.
///
/// One sweep from the far end of the path to the camera carries the covectors of the point and of the direction from
/// which the later vertex was reached; those of the camera's ray are left at its end.
struct GeometryAdjoint {
  let tracer: PathTracer
  let flags: GradientFlags
  private var scene: KernelScene { tracer.scene }
  private var motion: SurfaceMotion { SurfaceMotion(scene: scene) }
  private var traced: TracedVertex { TracedVertex(scene: scene, flags: flags) }

  init(tracer: PathTracer, flags: GradientFlags) {
    self.tracer = tracer
    self.flags = flags
  }

  /// What later vertices leave to earlier ones.
  private struct Sweep<Vectors: ChannelVector> {
    /// Which segments are near.
    var near: NearField
    /// Of the position from which the later vertex was reached.
    var origin = Vectors.zero
    /// Of the unit direction in which it was reached, when it is traced.
    var direction = Vectors.zero
    /// Of the later vertex itself when it is a material point: the segment to it still has to add its part.
    var waiting: SurfaceMotion.Covectors<Vectors>?
  }

  /// - Parameter p: the path's position on film and lens, which stays fixed while the camera moves.
  func add<Sink: DerivativeSink>(
    _ vertices: UnsafePointer<PathVertex>, count: Int, at p: CameraSample, to sink: inout Sink
  ) {
    var sweep = Sweep<Sink.Vectors>(near: NearField(tracer, distance: vertices[0].hit.distance))
    for i in (0..<count).reversed() {
      if vertices[i].kind == .escape {
        sweep.direction =
          i == 0 || vertices[i - 1].isDirac
          ? traced.skyDirection(vertices + i, throughput: sink.counted(vertices[i].throughput)) : .zero
      } else {
        retreat(vertices, i, count, &sweep, to: &sink)
      }
    }
    // A material point is never first: nothing waits.
    guard flags.wantsCamera else { return }
    CameraAdjoint(tracer: tracer).addRay(p, origin: sweep.origin, direction: sweep.direction, to: &sink)
  }

  /// Hands on what a covector of the ray that reaches the last vertex does: of where the ray starts, and of its unit
  /// direction. All vertices before the last are Dirac lobes whose `incoming` is 0, so that energies do not count.
  func addRay<Sink: DerivativeSink>(
    _ vertices: UnsafePointer<PathVertex>, count: Int, origin: Sink.Vectors, direction: Sink.Vectors,
    to sink: inout Sink
  ) {
    var sweep = Sweep(near: NearField(radius: 0), origin: origin, direction: direction)
    for i in (0..<count - 1).reversed() { retreat(vertices, i, count, &sweep, to: &sink) }
  }

  /// The same for covectors of the last vertex: of its traced position and of its shading normal, and of the unit
  /// direction from it back to the vertex before.
  func addTraced<Sink: DerivativeSink>(
    _ vertices: UnsafePointer<PathVertex>, count: Int, position: Sink.Vectors, normal: Sink.Vectors,
    back: Sink.Vectors, to sink: inout Sink
  ) {
    guard moves(vertices, count - 1) else { return }
    var covectors = SurfaceMotion.Covectors<Sink.Vectors>()
    covectors.position = position
    covectors.normal = normal
    var sweep = Sweep<Sink.Vectors>(near: NearField(radius: 0))
    trace(vertices + (count - 1), back, LocalPartials<Sink.Vectors>(), covectors, &sweep, to: &sink)
    for i in (0..<count - 1).reversed() { retreat(vertices, i, count, &sweep, to: &sink) }
  }

  // MARK: - One vertex

  private func retreat<Sink: DerivativeSink>(
    _ vertices: UnsafePointer<PathVertex>, _ i: Int, _ count: Int, _ sweep: inout Sweep<Sink.Vectors>,
    to sink: inout Sink
  ) {
    let vertex = vertices + i
    let isTraced = i == 0 || vertices[i - 1].isDirac
    var here = SurfaceMotion.Covectors<Sink.Vectors>()
    here.position = sweep.origin
    let plain = vertex.pointee.plainHit
    var local = LocalPartials<Sink.Vectors>()
    var moment = FrameMoment<Sink.Vectors>()
    let next = i + 1 < count ? vertices + (i + 1) : nil
    let beforeMoves = i > 0 && self.moves(vertices, i - 1)
    let offset = i > 0 ? vertices[i - 1].hit.position - vertex.pointee.hit.position : .zero
    let far = isTraced ? (value: 1, slope: 0) : sweep.near.weight(squaredLength: offset.squaredLength)
    // The end of a near segment slides with the vertex before.
    let moves = self.moves(vertices, i) || (far.value < 1 && beforeMoves)
    if vertex.pointee.kind == .scatter {
      let nearMoves = moves || beforeMoves
      scatter(vertex, next, nearMoves: nearMoves, &sweep, &here, &local, &moment, to: &sink)
    }
    if let waiting = sweep.waiting, let next { flush(next, waiting, to: &sink) }
    sweep = Sweep(near: sweep.near)
    if moves {
      here.normal += moment.normal(plain.frame)
      here.spin = here.spin.adding(moment.spin)
    }
    let back = plain.frame.toWorld(local.wi)
    if isTraced {
      guard moves else { return }
      if vertex.pointee.emitter >= 0 {
        traced.addEmission(vertex, throughput: sink.counted(vertex.pointee.throughput), &local)
      }
      trace(vertex, back, local, here, &sweep, to: &sink)
    } else {
      var slidingOrigin = Sink.Vectors.zero
      if far.value < 1 {
        slidingOrigin = slide(vertex, from: vertices + (i - 1), local, here, far, offset, &sweep, to: &sink)
      }
      let distance = offset.length
      let fromTurn = back.across(offset * (1 / distance)) * (far.value / distance)
      here = here.scaled(far.value)
      here.position -= fromTurn
      sweep.origin = fromTurn + slidingOrigin
      sweep.direction = .zero
      sweep.waiting = here
    }
  }

  /// The near part of the segment to a vertex: its direction stays and the vertex slides.
  ///
  /// - Parameter offset: from the vertex back to the one before.
  /// - Returns: the covector of where the segment starts.
  private func slide<Sink: DerivativeSink>(
    _ vertex: UnsafePointer<PathVertex>, from before: UnsafePointer<PathVertex>, _ local: LocalPartials<Sink.Vectors>,
    _ covectors: SurfaceMotion.Covectors<Sink.Vectors>, _ far: (value: Float, slope: Float), _ offset: Vector3,
    _ sweep: inout Sweep<Sink.Vectors>, to sink: inout Sink
  ) -> Sink.Vectors {
    // −∂w of the partition, by the length of the segment.
    let growth = Sink.Vectors(offset * (2 * far.slope), counted: sink.counted(before.pointee.contribution))
    var own = covectors.scaled(1 - far.value)
    own.position += growth
    var partials = local
    if vertex.pointee.emitter >= 0 {
      traced.addEmission(vertex, throughput: sink.counted(vertex.pointee.throughput), &partials)
    }
    partials.u = partials.u.scaled(by: 1 - far.value)
    partials.v = partials.v.scaled(by: 1 - far.value)
    trace(vertex, .zero, partials, own, &sweep, to: &sink)
    return sweep.origin - growth
  }

  /// Whether the point itself moves: with its surface, with the camera, or because its ray is bent by what moves.
  private func moves(_ vertices: UnsafePointer<PathVertex>, _ i: Int) -> Bool {
    var k = i
    // The ray that leaves a Dirac lobe moves with the lobe's vertex and with the vertex before.
    var followsRay = false
    while vertices[k].kind == .escape || !moves(vertices[k].hit.shape, vertices[k].hit.instance) {
      guard k > 0 else { return flags.wantsCamera }
      let isTraced = vertices[k - 1].isDirac
      guard isTraced || followsRay else { return false }
      followsRay = isTraced
      k -= 1
    }
    return true
  }

  @inline(__always) private func moves(_ shape: Int32, _ instance: Int32) -> Bool { flags.moves(shape, instance) }

  private func trace<Sink: DerivativeSink>(
    _ vertex: UnsafePointer<PathVertex>, _ back: Sink.Vectors, _ local: LocalPartials<Sink.Vectors>,
    _ covectors: SurfaceMotion.Covectors<Sink.Vectors>, _ sweep: inout Sweep<Sink.Vectors>, to sink: inout Sink
  ) {
    (sweep.origin, sweep.direction) = traced.trace(
      vertex.pointee.plainHit, along: vertex.pointee.direction, back, local, covectors, to: &sink)
  }

  private func flush<Sink: DerivativeSink>(
    _ vertex: UnsafePointer<PathVertex>, _ covectors: SurfaceMotion.Covectors<Sink.Vectors>, to sink: inout Sink
  ) {
    let hit = vertex.pointee.plainHit
    guard moves(hit.shape, hit.instance) else { return }
    motion.add(hit, SurfacePatch(hit, scene), covectors, to: &sink)
  }

  // MARK: - Scattering

  /// The BSDF at a vertex: towards the light, and towards the next vertex.
  private func scatter<Sink: DerivativeSink>(
    _ vertex: UnsafePointer<PathVertex>, _ next: UnsafePointer<PathVertex>?, nearMoves: Bool,
    _ sweep: inout Sweep<Sink.Vectors>, _ here: inout SurfaceMotion.Covectors<Sink.Vectors>,
    _ local: inout LocalPartials<Sink.Vectors>, _ moment: inout FrameMoment<Sink.Vectors>, to sink: inout Sink
  ) {
    let continues = vertex.pointee.inversePdf > 0 && next != nil
    let lightMoves = vertex.pointee.hasLight && lightMoves(vertex.pointee.light)
    let nextMoves =
      continues
      && (next.map { $0.pointee.kind != .escape && moves($0.pointee.hit.shape, $0.pointee.hit.instance) } ?? false)
    // A continuation that brought nothing has no part in the contribution; through a Dirac lobe its ray may still matter.
    let isLit = vertex.pointee.hasLight && (nearMoves || lightMoves)
    let goesOn =
      continues && (nearMoves || nextMoves) && (vertex.pointee.isDirac || !vertex.pointee.incoming.isZero)
    guard isLit || goesOn else { return }
    if let diffuse = LocalDiffuse(vertex, scene) {
      respond(diffuse, vertex, goesOn ? next : nil, isLit, &sweep, &here, &local, &moment, to: &sink)
    } else {
      let bsdf = LocalScattering(vertex, scene, explores: flags.wantsChoices)
      respond(bsdf, vertex, goesOn ? next : nil, isLit, &sweep, &here, &local, &moment, to: &sink)
    }
  }

  /// - Parameter next: `nil` where its part is 0.
  private func respond<Sink: DerivativeSink>(
    _ bsdf: some LocalResponse, _ vertex: UnsafePointer<PathVertex>, _ next: UnsafePointer<PathVertex>?, _ isLit: Bool,
    _ sweep: inout Sweep<Sink.Vectors>, _ here: inout SurfaceMotion.Covectors<Sink.Vectors>,
    _ local: inout LocalPartials<Sink.Vectors>, _ moment: inout FrameMoment<Sink.Vectors>, to sink: inout Sink
  ) {
    let throughput = sink.counted(vertex.pointee.throughput)
    let hit = bsdf.hit
    if isLit {
      let light = vertex.pointee.light
      let wo = bsdf.plain(vertex.pointee.lightWo, vertex)
      let weight = throughput * light.radiance * vertex.pointee.lightScale
      let partials: LocalPartials<Sink.Vectors> = bsdf.partials(wo: wo, counted: weight)
      local += partials
      moment.add(world: wo, partials.wo)
      addLight(
        light, hit, hit.frame.toWorld(partials.wo),
        perRadiance: throughput * vertex.pointee.lightValue * vertex.pointee.lightScale, &here, to: &sink)
    }
    if let next {
      let weight = throughput * vertex.pointee.incoming * vertex.pointee.inversePdf
      if vertex.pointee.isDirac {
        traced.addDirac(vertex, bsdf, weight, sweep.direction, &local, &moment)
      } else {
        let wo = bsdf.plain(vertex.pointee.wo, vertex)
        let partials: LocalPartials<Sink.Vectors> = bsdf.partials(wo: wo, counted: weight)
        local += partials
        moment.add(world: wo, partials.wo)
        if next.pointee.kind != .escape {
          var there = sweep.waiting ?? SurfaceMotion.Covectors<Sink.Vectors>()
          let offset = next.pointee.hit.position - hit.position
          let far = sweep.near.weight(squaredLength: offset.squaredLength)
          if far.value > 0 {
            connect(
              hit, next.pointee.hit, hit.frame.toWorld(partials.wo) * far.value,
              Sink.Vectors.Weight(counted: vertex.pointee.value * weight * far.value), &here, &there)
          }
          if far.slope > 0 {
            // ∂w of the partition.
            let growth = Sink.Vectors(offset * (2 * far.slope), counted: vertex.pointee.value * weight)
            there.position += growth
            here.position -= growth
          }
          sweep.waiting = there
        }
      }
    }
    moment.add(world: bsdf.wi, local.wi)
  }

  // MARK: - Segments

  private func lightMoves(_ light: EmitterSample) -> Bool {
    let record = scene.emitters.records + Int(light.emitter)
    return record.pointee.kind == .area && flags.shapes[Int(record.pointee.shape)]
  }

  /// - Parameters:
  ///   - turn: covector of the unit direction to the light.
  ///   - perRadiance: how much each channel counts of the contribution, in proportion to the factor of the segment, for radiance 1.
  private func addLight<Sink: DerivativeSink>(
    _ light: EmitterSample, _ hit: SurfaceHit, _ turn: Sink.Vectors, perRadiance: Spectrum,
    _ here: inout SurfaceMotion.Covectors<Sink.Vectors>, to sink: inout Sink
  ) {
    switch scene.emitters.records[Int(light.emitter)].kind {
    case .directional, .constant, .environment: return
    case .point, .spot, .projector:
      here.position += traced.towards(light, hit, turn, perRadiance: perRadiance)
    case .area:
      let point = SurfaceHit(light, scene)
      var there = SurfaceMotion.Covectors<Sink.Vectors>()
      connect(hit, point, turn, Sink.Vectors.Weight(counted: perRadiance * light.radiance), &here, &there)
      if lightMoves(light) { motion.add(point, SurfacePatch(point, scene), there, to: &sink) }
    }
  }

  /// The segment from one surface to a material point of another: its direction and |a · d| / |d|³.
  private func connect<V: ChannelVector>(
    _ hit: SurfaceHit, _ point: SurfaceHit, _ turn: V, _ weight: V.Weight,
    _ here: inout SurfaceMotion.Covectors<V>, _ there: inout SurfaceMotion.Covectors<V>
  ) {
    let offset = point.position - hit.position
    let squared = offset.squaredLength
    let distance = squared.squareRoot()
    let area = SurfacePatch(point, scene).area
    let inverse = 1 / dot(area, offset)
    let turned = turn.across(offset * (1 / distance)) * (1 / distance)
    let stretched = V(area * inverse - offset * (3 / squared), times: weight)
    there.position += turned + stretched
    here.position -= turned + stretched
    there.area += V(offset * inverse, times: weight)
  }
}
