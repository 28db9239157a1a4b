/// Something that an auxiliary ray of a warp field tells of how the picture around it moves.
struct WarpSight {
  enum Kind: UInt8 {
    case unused
    /// Nothing that could move: it counts with velocity 0.
    case still
    /// A material point of the surface that the ray meets.
    case surface
    /// A point that is fixed in space, far away.
    case far
    /// The surface that the ray meets, as it slides along another that it passes through.
    case crossing
    /// The shadow of a material point on the surface that the ray meets.
    case shadow

    var moves: Bool { self != .unused && self != .still }
  }
  var kind: Kind
  /// Where the ray ends.
  var hit: SurfaceHit
  /// Specular vertices before that, and the direction of the last ray.
  var trail: Int32
  var direction: Vector3
  /// The other surface, or the one that casts the shadow.
  var other: SurfaceHit
  /// For shadows the light, an emitter without size.
  var light: Int32
  /// Distance of what is seen from where it ends, in units of the chart.
  var margin: Float
  /// Factor of the weight, which vanishes where the velocity grows without bound.
  var strength: Float
  /// Of the auxiliary ray, in the chart.
  var offset: SIMD2<Float>
  /// Weight in the field, and its gradient by the place of the field; then both over the sum of all weights.
  var weight: Float
  var slope: SIMD2<Float>
  var share: Float
  var gradient: SIMD2<Float>

  @inline(__always) mutating func reset() {
    kind = .unused
    trail = 0
    strength = 1
    weight = 0
    slope = .zero
    share = 0
    gradient = .zero
  }
}

extension WarpSight {
  /// Hands on x.covector · ẏ · x.weight + y.covector · ẏ · y.weight for the point y that is seen, which moves with
  /// whatever causes it.
  func addMotion(
    _ x: (covector: Vector3, weight: Spectrum), _ y: (covector: Vector3, weight: Spectrum), _ scene: KernelScene,
    _ flags: GradientFlags, to sink: inout PerChannelSink<some DerivativeSink>
  ) {
    let covector = Covector(x.covector, times: x.weight) + Covector(y.covector, times: y.weight)
    let motion = SurfaceMotion(scene: scene)
    switch kind {
    case .unused, .still, .far: return
    case .surface: if flags.moves(hit.shape, hit.instance) { motion.addPosition(hit, covector, to: &sink) }
    case .crossing:
      guard flags.moves(hit.shape, hit.instance) || flags.moves(other.shape, other.instance) else { return }
      SurfaceCrossing.addMotion(hit, other, x.covector, x.weight, in: scene, to: &sink)
      SurfaceCrossing.addMotion(hit, other, y.covector, y.weight, in: scene, to: &sink)
    case .shadow:
      let record = scene.emitters.records + Int(light)
      let source = scene.emitters.position(record.pointee, scene.values)
      let line = source.map { other.position - $0 } ?? other.position - hit.position
      // Across the line of light the shadow moves with light and blocker, along it with the surface.
      let lift = Covector(
        hit.geometricNormal * (1 / dot(hit.geometricNormal, line)), times: covector.applied(to: line))
      let rest = covector - lift
      if flags.moves(hit.shape, hit.instance) { motion.addPosition(hit, lift, to: &sink) }
      let stretch = source.map { (hit.position - $0).length / line.length } ?? 1
      if flags.moves(other.shape, other.instance) { motion.addPosition(other, rest * stretch, to: &sink) }
      let location = Int(record.pointee.location)
      switch record.pointee.kind {
      case .point: sink.add(location, rest * (1 - stretch))
      case .spot, .projector: for k in 0..<3 { sink.add(location + 4 * k + 3, (rest * (1 - stretch))[k]) }
      case .directional: sink.add(location, rest * line.length)
      case .area, .constant, .environment: return
      }
    }
  }

  /// The same for what is seen at the end of a specular trail, with the partials of the chart position at which it is seen.
  ///
  /// - Returns: covectors of the ray that starts the trail; `nil` at a focus.
  func addMotion(
    _ x: Spectrum, _ y: Spectrum, seenBy vertices: UnsafePointer<PathVertex>, from start: SpecularTrail.Start,
    _ scene: KernelScene, _ flags: GradientFlags, to sink: inout PerChannelSink<some DerivativeSink>
  ) -> WarpedPath.RayCovectors? {
    let specular = SpecularTrail(scene: scene, flags: flags)
    let count = Int(trail)
    guard
      let gradient = specular.gradients(
        vertices, count: count, distance: hit.distance, direction: direction, from: start)
    else { return nil }
    addMotion((gradient.x, x), (gradient.y, y), scene, flags, to: &sink)
    // What is seen moves against the ray that sees it.
    return specular.pull(
      vertices, count: count, distance: hit.distance,
      -(Covector(gradient.x, times: x) + Covector(gradient.y, times: y)), to: &sink)
  }
}
