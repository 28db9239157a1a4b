/// What moves where neighbouring rays meet different surfaces: the border of the nearer one, or the curve in which two
/// surfaces meet.
///
/// The border is where g = c · (y − r) changes sign, with r the ray's point beside y and c a vector across the ray and
/// the border. A border of a mesh, disk or cylinder is made of material points; the outline of a smooth surface moves
/// across the line of sight as its material points do.
struct OccluderEdge {
  /// Hit of the nearer surface at its border, or of either where they meet.
  let hit: SurfaceHit
  /// The other surface, where the two meet.
  private let other: SurfaceHit?
  /// Across the ray and the border, unit length.
  let covector: Vector3

  /// - Parameters:
  ///   - near, far: hits of two rays a hair apart from about the same origin; `nil` where a ray leaves the scene.
  ///   - direction: of the rays.
  ///   - separation: how far apart hits on one surface would be, in world units.
  /// - Returns: `nil` when nothing ends there.
  init?(_ a: SurfaceHit?, _ b: SurfaceHit?, direction d: Vector3, separation: Float, in scene: KernelScene) {
    guard let a, let b else {
      guard let only = a ?? b else { return nil }
      self.init(only, across: d, in: scene)
      return
    }
    // Along a plane that is seen at a grazing angle neighbours lie further apart.
    let grazing = min(abs(dot(a.geometricNormal, d)), abs(dot(b.geometricNormal, d)))
    let size = 1 + max(abs(a.position.x), max(abs(a.position.y), abs(a.position.z)))
    guard abs(a.distance - b.distance) <= 4 * separation / max(grazing, 1e-3) + 1e-5 * size else {
      self.init(a.distance < b.distance ? a : b, across: d, in: scene)
      return
    }
    let tangent = cross(a.geometricNormal, b.geometricNormal)
    let across = cross(tangent, d)
    guard tangent.squaredLength > 1e-6, across.squaredLength > 1e-12 else { return nil }
    self.init(hit: a, other: b, covector: across.normalized)
  }

  private init(hit: SurfaceHit, other: SurfaceHit?, covector: Vector3) {
    self.hit = hit
    self.other = other
    self.covector = covector
  }

  /// The border next to a hit of a surface that ends there.
  private init?(_ hit: SurfaceHit, across d: Vector3, in scene: KernelScene) {
    let shape = scene.shapes + Int(hit.shape)
    let face = SurfaceFace(shape: hit.shape, instance: hit.instance, primitive: hit.primitive)
    let outline = hit.geometricNormal - d * dot(hit.geometricNormal, d)
    var border: Vector3?
    switch shape.pointee.kind {
    case .mesh:
      let (p0, p1, p2) = scene.corners(face)
      let b = SIMD3(1 - hit.barycentric.x - hit.barycentric.y, hit.barycentric.x, hit.barycentric.y)
      // In units of length, since triangles may be thin: the distance to a side is bᵢ · 2 · area / its length.
      let sides = (p2 - p1, p0 - p2, p1 - p0)
      let distances = SIMD3(b.x / sides.0.length, b.y / sides.1.length, b.z / sides.2.length)
      border =
        distances.x <= distances.y && distances.x <= distances.z
        ? sides.0 : (distances.y <= distances.z ? sides.1 : sides.2)
    case .sphere: break
    case .disk, .cylinder:
      let map = scene.map(face)
      let p = map.preimage(of: Vector(hit.position)).value
      let toRim = shape.pointee.kind == .disk ? 0 : min(p.z, 1 - p.z)
      // Seen edge-on it is the side's outline, otherwise a rim.
      if toRim < abs(dot(hit.geometricNormal, d)) { border = map.direction(Vector(Vector3(-p.y, p.x, 0))).value }
    }
    let across = border.map { cross($0, d) } ?? outline
    guard across.squaredLength > 0, across.isFinite else { return nil }
    self.init(hit: hit, other: nil, covector: across.normalized)
  }

  /// Hands on weight · (c · ẏ) for the border's point y.
  func addMotion(_ weight: Spectrum, in scene: KernelScene, to sink: inout some DerivativeSink) {
    guard let other else {
      return SurfaceMotion(scene: scene).addPosition(hit, covector, weight, to: &sink)
    }
    SurfaceCrossing.addMotion(hit, other, covector, weight, in: scene, to: &sink)
  }
}
