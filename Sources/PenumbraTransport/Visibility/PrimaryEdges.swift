/// The edges that a camera sees as discontinuities of the picture, chosen in proportion to their length on the film.
final class PrimaryEdges {
  struct Entry {
    var edge: EdgeRecord
    /// The part of a fixed curve that lies on the film and before the camera.
    var first: Float
    var last: Float
  }

  let entries: OwnedBuffer<Entry>
  let distribution: EdgeDistribution
  var isEmpty: Bool { entries.count == 0 }

  /// - Parameter margin: pixels around the film that its filter still sees.
  init(_ edges: [EdgeRecord], tracer: PathTracer, margin: Float) {
    let geometry = EdgeGeometry(scene: tracer.scene)
    let clip = FilmClip(tracer: tracer, margin: margin)
    var kept: [Entry] = []
    var weights: [Float] = []
    for edge in edges {
      let (entry, length) =
        edge.kind == .mesh && tracer.sensor.keepsLines
        ? Self.straight(edge, geometry, clip, tracer) : Self.curved(edge, geometry, clip, tracer)
      guard length > 0 else { continue }
      kept.append(entry)
      weights.append(length)
    }
    entries = OwnedBuffer(kept)
    distribution = EdgeDistribution(weights)
  }

  private static func straight(
    _ edge: EdgeRecord, _ geometry: EdgeGeometry, _ clip: FilmClip, _ tracer: PathTracer
  ) -> (Entry, Float) {
    let none = (Entry(edge: edge, first: 0, last: 0), Float(0))
    let (a, b) = geometry.ends(edge)
    guard let range = clip.visiblePart(a, b) else { return none }
    // An edge between two surfaces of which the camera sees both is a discontinuity only where shading changes.
    if !edge.isCrease && !tracer.sensor.hasLens {
      let middle = geometry.point(edge, 0.5)
      guard middle.outward(tracer.directionToCamera(middle.position)) != nil else { return none }
    }
    guard let p = clip.pixel(a + (b - a) * range.0), let q = clip.pixel(a + (b - a) * range.1) else { return none }
    let length = ((q - p) * (q - p)).sum().squareRoot()
    return (Entry(edge: edge, first: range.0, last: range.1), length)
  }

  /// Curves, and straight edges whose image is curved: followed in steps, of which those count that may cross the film.
  private static func curved(
    _ edge: EdgeRecord, _ geometry: EdgeGeometry, _ clip: FilmClip, _ tracer: PathTracer
  ) -> (Entry, Float) {
    let isMesh = edge.kind == .mesh
    if isMesh && !edge.isCrease && !tracer.sensor.hasLens {
      let middle = geometry.point(edge, 0.5)
      guard middle.outward(tracer.directionToCamera(middle.position)) != nil else {
        return (Entry(edge: edge, first: 0, last: 0), 0)
      }
    }
    let steps = isMesh ? 32 : 64
    var length: Float = 0
    var seen: ClosedRange<Int>?
    var previous: SIMD2<Float>?
    for i in 0...steps {
      let t = Float(i) / Float(steps)
      let point = edge.kind == .sphere ? tracer.outline(edge, geometry, t) : geometry.point(edge, t)
      let p = point.flatMap { clip.pixel($0.position) }
      defer { previous = p }
      guard i > 0, let part = clip.lengthWithin(previous, p) else { continue }
      length += part
      seen = min(seen?.lowerBound ?? i, i)...i
    }
    // A lens moves the outlines of smooth shapes, and rims are short: they are taken as a whole.
    guard isMesh, let seen else { return (Entry(edge: edge, first: 0, last: 1), isMesh ? 0 : max(length, 1)) }
    return (
      Entry(edge: edge, first: Float(seen.lowerBound - 1) / Float(steps), last: Float(seen.upperBound) / Float(steps)),
      length
    )
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

  /// A bound in pixels for the length within the film of a short arc between two points; `nil` when it stays outside.
  ///
  /// - Parameters: the ends, `nil` where the camera does not see one.
  func lengthWithin(_ start: SIMD2<Float>?, _ end: SIMD2<Float>?) -> Float? {
    let size = SIMD2(Float(tracer.sensor.width), Float(tracer.sensor.height))
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
    for (from, to) in zip(u, v) {
      if from < 0 && to < 0 { return nil }
      if from < 0 { first = max(first, from / (from - to)) }
      if to < 0 { last = min(last, from / (from - to)) }
    }
    return first < last ? (first, last) : nil
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
