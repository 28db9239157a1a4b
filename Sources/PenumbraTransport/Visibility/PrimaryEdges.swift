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
    func keep(_ curve: PrimaryCurve, _ length: Float) {
      guard length > 0 else { return }
      kept.append(curve)
      weights.append(length)
    }
    let shadow = FacetShadow(tracer: tracer, geometry: geometry)
    for (number, edge) in moving.edges.enumerated() {
      let (first, last, length) =
        edge.kind == .mesh
        ? Self.straight(edge, number, geometry, clip, shadow) : Self.curved(edge, geometry, clip, tracer)
      keep(.edge(edge, from: first, to: last), length)
    }
    for crossing in moving.crossings { keep(.crossing(crossing), clip.length(crossing.start, crossing.end)) }
    let terminator = ShadingTerminator(scene: tracer.scene)
    let view = tracer.terminatorView(.zero)
    for (shape, instance) in moving.smooth {
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
    let tracer = shadow.tracer
    let none = (first: Float(0), last: Float(0), length: Float(0))
    let (a, b) = geometry.ends(edge)
    guard let range = clip.visiblePart(a, b) else { return none }
    var share: Float = 1
    if !edge.isCrease {
      // An edge between two surfaces of which the camera sees both is a discontinuity only where their light differs.
      let middle = geometry.point(edge, 0.5)
      let isOutline = middle.outward(tracer.directionToCamera(middle.position)) != nil
      if !isOutline && tracer.scene.shapes[Int(edge.shape)].normals >= 0 {
        share = shadow.likelihood(edge, number: number)
      } else if !isOutline && !tracer.sensor.hasLens {
        return none
      }
    }
    return (range.0, range.1, share * clip.length(a, b))
  }

  private static func curved(
    _ edge: EdgeRecord, _ geometry: EdgeGeometry, _ clip: FilmClip, _ tracer: PathTracer
  ) -> (first: Float, last: Float, length: Float) {
    let steps = 64
    var length: Float = 0
    var previous: SIMD2<Float>?
    var isNear = false
    for i in 0...steps {
      let t = Float(i) / Float(steps)
      let point = edge.kind == .sphere ? tracer.outline(edge, geometry, t) : geometry.point(edge, t)
      guard let point, let p = clip.pixel(point.position) else {
        previous = nil
        continue
      }
      if let previous { length += ((p - previous) * (p - previous)).sum().squareRoot() }
      isNear = isNear || clip.contains(p)
      previous = p
    }
    // A curve that no sample saw on the film may still cross it: it is drawn rarely rather than never.
    return (0, 1, isNear ? length : 0.05 * min(length, 100))
  }
}

extension PathTracer {
  /// Where rays through a lens point start; the centre of a pinhole.
  func viewpoint(_ lens: SIMD2<Float>) -> Vector3 {
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
    self.margin = SIMD2(margin / Float(tracer.sensor.width), margin / Float(tracer.sensor.height))
  }

  /// Position on the film in pixels, `nil` behind the near plane.
  func pixel(_ p: Vector3) -> SIMD2<Float>? {
    guard let film = tracer.sensor.project(Vector<Float>(p), tracer.camera) else { return nil }
    return SIMD2(film.x * Float(tracer.sensor.width), film.y * Float(tracer.sensor.height))
  }

  func contains(_ pixel: SIMD2<Float>) -> Bool {
    let size = SIMD2(Float(tracer.sensor.width), Float(tracer.sensor.height))
    let p = pixel / size
    return p.x > -margin.x && p.x < 1 + margin.x && p.y > -margin.y && p.y < 1 + margin.y
  }

  /// The part of a segment inside the viewing pyramid, as parameters in 0...1; each of its planes is linear in the point.
  func visiblePart(_ a: Vector3, _ b: Vector3) -> (Float, Float)? {
    let (u, v) = (planes(a), planes(b))
    var (first, last): (Float, Float) = (0, 1)
    for (from, to) in zip(u, v) {
      if from < 0 && to < 0 { return nil }
      if from < 0 { first = max(first, from / (from - to)) }
      if to < 0 { last = min(last, from / (from - to)) }
    }
    return first < last ? (first, last) : nil
  }

  /// Length on the film, in pixels, of the part of a segment that it sees.
  func length(_ a: Vector3, _ b: Vector3) -> Float {
    guard let range = visiblePart(a, b), let p = pixel(a + (b - a) * range.0), let q = pixel(a + (b - a) * range.1)
    else { return 0 }
    return ((q - p) * (q - p)).sum().squareRoot()
  }

  /// Positive inside.
  private func planes(_ p: Vector3) -> [Float] {
    let (sensor, camera) = (tracer.sensor, tracer.camera)
    let local = camera.map.preimage(of: Vector(p)).value
    let depth = sensor.isPerspective ? local.z : 1
    let scale = sensor.isPerspective ? 1 / camera.halfWidth : 1
    let aspect = Float(sensor.width) / Float(sensor.height)
    let (x, y) = (0.5 * local.x * scale, 0.5 * local.y * scale * aspect)
    let (px, py) = sensor.isPerspective ? (camera.principalX, camera.principalY) : (0, 0)
    return [
      (0.5 - px + margin.x) * depth - x, (0.5 + px + margin.x) * depth + x, (0.5 - py + margin.y) * depth - y,
      (0.5 + py + margin.y) * depth + y, local.z - max(sensor.near, 1e-6),
    ]
  }
}
