/// The curves that a camera sees as discontinuities of the picture, chosen in proportion to their length on the film.
final class PrimaryEdges {
  let curves: OwnedBuffer<PrimaryCurve>
  let distribution: EdgeDistribution
  var isEmpty: Bool { curves.count == 0 }

  /// - Parameter margin: pixels around the film that its filter still sees.
  init(_ moving: MovingCurves, tracer: PathTracer, margin: Float) {
    let geometry = EdgeGeometry(scene: tracer.scene)
    let clip = FilmClip(tracer: tracer, margin: margin)
    var kept: [PrimaryCurve] = []
    var weights: [Float] = []
    kept.reserveCapacity(moving.edges.count)
    weights.reserveCapacity(moving.edges.count)
    func keep(_ curve: PrimaryCurve, _ length: Float) {
      guard length > 0 else { return }
      kept.append(curve)
      weights.append(length)
    }
    let shadow = FacetShadow(tracer: tracer, edges: moving.edges.count)
    for (number, edge) in moving.edges.enumerated() {
      let (first, last, length) =
        edge.kind == .mesh && tracer.sensor.keepsLines
        ? Self.straight(edge, number, geometry, clip, shadow) : Self.curved(edge, number, geometry, clip, shadow)
      keep(.edge(edge, from: first, to: last), length)
    }
    for crossing in moving.crossings { keep(.crossing(crossing), clip.length(crossing.start, crossing.end)) }
    let terminator = ShadingTerminator(scene: tracer.scene)
    let view = tracer.terminatorView(.zero)
    // Light ends there; depth and normals do not.
    for (shape, instance) in tracer.quantity == .radiance ? moving.smooth : [] {
      for triangle in 0..<tracer.scene.shapes[Int(shape)].triangleCount {
        let face = SurfaceFace(shape: shape, instance: instance, primitive: triangle)
        if let (a, b) = terminator.chord(face, view) {
          keep(.terminator(face), max(clip.length(a, b), 1e-3))
        } else if tracer.sensor.hasLens, Self.turnsWithin(lens: tracer, face) {
          let (a, b, c) = tracer.scene.corners(face)
          keep(.terminator(face), 0.1 * (clip.length(a, b) + clip.length(b, c) + clip.length(c, a)))
        }
      }
    }
    curves = OwnedBuffer(kept)
    distribution = EdgeDistribution(weights)
  }

  /// Whether a normal of the triangle turns away from some point of the lens, though not from its centre.
  private static func turnsWithin(lens tracer: PathTracer, _ face: SurfaceFace) -> Bool {
    guard let n = tracer.scene.cornerNormals(face) else { return false }
    let (a, b, c) = tracer.scene.corners(face)
    let center = tracer.viewpoint(.zero)
    let radius = tracer.camera.aperture * tracer.camera.map.x.value.length
    return [(a, n.0), (b, n.1), (c, n.2)].contains { abs(dot($1, center - $0)) <= radius * $1.length }
  }

  private static func straight(
    _ edge: EdgeRecord, _ number: Int, _ geometry: EdgeGeometry, _ clip: FilmClip, _ shadow: FacetShadow
  ) -> (first: Float, last: Float, length: Float) {
    let (a, b) = geometry.ends(edge)
    guard let range = clip.visiblePart(a, b) else { return (0, 0, 0) }
    let share = Self.share(edge, number, geometry, shadow)
    return (range.0, range.1, share > 0 ? share * clip.length(a, b, within: range) : 0)
  }

  /// How likely a mesh's edge is a discontinuity: an edge between two surfaces of which the camera sees both is one only
  /// where their light differs.
  private static func share(
    _ edge: EdgeRecord, _ number: Int, _ geometry: EdgeGeometry, _ shadow: FacetShadow
  ) -> Float {
    if edge.isCrease { return 1 }
    let tracer = shadow.tracer
    let middle = geometry.point(edge, 0.5)
    if tracer.hides(edge, middle) { return 1 }
    if tracer.scene.shapes[Int(edge.shape)].normals >= 0 { return shadow.importance(of: middle, number: number) }
    return tracer.sensor.hasLens ? 1 : 0
  }

  /// Curves, and straight edges whose image is curved: followed in steps, of which those count that may cross the film.
  private static func curved(
    _ edge: EdgeRecord, _ number: Int, _ geometry: EdgeGeometry, _ clip: FilmClip, _ shadow: FacetShadow
  ) -> (first: Float, last: Float, length: Float) {
    let tracer = shadow.tracer
    let isMesh = edge.kind == .mesh
    let share = isMesh ? Self.share(edge, number, geometry, shadow) : 1
    guard share > 0 else { return (0, 0, 0) }
    let steps = isMesh ? 32 : 64
    var length: Float = 0
    var seen: ClosedRange<Int>?
    var previous: SIMD2<Float>?
    for i in 0...steps {
      let t = Float(i) / Float(steps)
      let point = edge.isOutline ? tracer.outline(edge, geometry, t) : geometry.point(edge, t)
      let p = point.flatMap { clip.pixel($0.position) }
      defer { previous = p }
      guard i > 0, let part = clip.lengthWithin(previous, p) else { continue }
      length += part
      seen = min(seen?.lowerBound ?? i, i)...i
    }
    // A lens moves the outlines of smooth shapes, and rims are short: they are taken as a whole.
    guard isMesh, let seen else { return (0, 1, isMesh ? 0 : max(length, 1)) }
    return (Float(seen.lowerBound - 1) / Float(steps), Float(seen.upperBound) / Float(steps), share * length)
  }
}

extension PathTracer {
  /// Where rays through a lens point start; the centre of a pinhole.
  @inline(__always) func viewpoint(_ lens: SIMD2<Float>) -> Vector3 {
    sensor.hasLens
      ? camera.map.point(Vector(Vector3(camera.aperture * lens.x, camera.aperture * lens.y, 0))).value
      : camera.map.translation.value
  }

  /// Unit direction from a point to the camera, against its view for parallel rays.
  func directionToCamera(_ p: Vector3, lens: SIMD2<Float> = .zero) -> Vector3 {
    sensor.isPerspective ? (viewpoint(lens) - p).normalized : camera.map.z.value.normalized * -1
  }

  /// The outline of a sphere as a point of the camera's lens sees it.
  func outline(_ edge: EdgeRecord, _ geometry: EdgeGeometry, _ t: Float, lens: SIMD2<Float> = .zero) -> EdgePoint? {
    sensor.isPerspective
      ? geometry.outline(edge, from: viewpoint(lens), t)
      : geometry.outline(edge, along: camera.map.z.value.normalized, t)
  }
}

/// The region that a film sees.
struct FilmClip {
  let tracer: PathTracer
  /// In film fractions.
  private let margin: SIMD2<Float>

  init(tracer: PathTracer, margin: Float) {
    self.tracer = tracer
    self.margin = SIMD2(repeating: margin) / tracer.sensor.size
  }

  /// Position on the film in pixels, `nil` behind the near plane.
  func pixel(_ p: Vector3) -> SIMD2<Float>? {
    guard let film = tracer.sensor.project(Vector<Float>(p), tracer.camera) else { return nil }
    return SIMD2(film.x, film.y) * tracer.sensor.size
  }

  /// A bound in pixels for the length within the film of a short arc between two points; `nil` when it stays outside.
  ///
  /// - Parameters: the ends, `nil` where the camera does not see one.
  func lengthWithin(_ start: SIMD2<Float>?, _ end: SIMD2<Float>?) -> Float? {
    let size = tracer.sensor.size
    let diagonal = (size * size).sum().squareRoot()
    guard let p = start ?? end, let q = end ?? start else { return nil }
    guard start != nil, end != nil else { return 0.1 * diagonal }
    // The arc bulges beyond the box around its ends, by less than half the box for steps that are short.
    let length = ((q - p) * (q - p)).sum().squareRoot()
    let bulge = SIMD2(repeating: 0.5 * length) + margin * size
    let low = pointwiseMin(p, q) - bulge
    let high = pointwiseMax(p, q) + bulge
    guard low.x < size.x, low.y < size.y, high.x > 0, high.y > 0 else { return nil }
    return min(max(length, 1e-3), diagonal)
  }

  /// The part of a segment inside the viewing pyramid, as parameters in 0...1; each of its planes is linear in the point.
  func visiblePart(_ a: Vector3, _ b: Vector3) -> (Float, Float)? {
    let (u, v) = (planes(a), planes(b))
    var (first, last): (Float, Float) = (0, 1)
    for plane in 0..<5 {
      let (from, to) = (u[plane], v[plane])
      if from < 0 && to < 0 { return nil }
      if from < 0 { first = max(first, from / (from - to)) }
      if to < 0 { last = min(last, from / (from - to)) }
    }
    return first < last ? (first, last) : nil
  }

  /// Length on the film, in pixels, of the part of a segment that it sees.
  func length(_ a: Vector3, _ b: Vector3) -> Float {
    guard tracer.sensor.keepsLines else { return lengthWithin(pixel(a), pixel(b)) ?? 0 }
    return visiblePart(a, b).map { length(a, b, within: $0) } ?? 0
  }

  /// The same of a camera that keeps lines straight, between two parameters of the segment.
  func length(_ a: Vector3, _ b: Vector3, within range: (Float, Float)) -> Float {
    guard let p = pixel(a + (b - a) * range.0), let q = pixel(a + (b - a) * range.1) else { return 0 }
    return ((q - p) * (q - p)).sum().squareRoot()
  }

  /// Five planes: positive inside.
  private func planes(_ p: Vector3) -> SIMD8<Float> {
    let (sensor, camera) = (tracer.sensor, tracer.camera)
    let local = tracer.cameraSpace.point(p)
    let depth = sensor.isPerspective ? local.z : 1
    let scale = sensor.isPerspective ? 1 / camera.halfWidth : 1
    let aspect = Float(sensor.width) / Float(sensor.height)
    let (x, y) = (0.5 * local.x * scale, 0.5 * local.y * scale * aspect)
    let (px, py) = sensor.isPerspective ? (camera.principalX, camera.principalY) : (0, 0)
    return SIMD8(
      (0.5 - px + margin.x) * depth - x, (0.5 + px + margin.x) * depth + x, (0.5 - py + margin.y) * depth - y,
      (0.5 + py + margin.y) * depth + y, local.z - max(sensor.near, 1e-6), 0, 0, 0)
  }
}
