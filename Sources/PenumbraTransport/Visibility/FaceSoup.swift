import Foundation

/// Faces of shapes as plain triangles in world space: triangles of meshes as they are, analytic shapes in facets.
struct FaceSoup {
  struct Facet {
    var face: SurfaceFace
    var p: (Vector3, Vector3, Vector3)

    var box: Box {
      Box(low: pointwiseMin(p.0, pointwiseMin(p.1, p.2)), high: pointwiseMax(p.0, pointwiseMax(p.1, p.2)))
    }
  }

  private(set) var facets: [Facet] = []

  /// Facets around a sphere, disk or cylinder.
  private static let steps = 48

  /// Adds the facets of one shape that lie at least partly in a box.
  mutating func add(_ shape: Int, instance: Int, in scene: KernelScene, touching box: Box?) {
    let record = scene.shapes + shape
    func add(_ facet: Facet) {
      if let box, !box.overlaps(facet.box) { return }
      facets.append(facet)
    }
    var face = SurfaceFace(shape: Int32(shape), instance: Int32(instance))
    guard record.pointee.kind != .mesh else {
      for triangle in 0..<record.pointee.triangleCount {
        face.primitive = triangle
        add(Facet(face: face, p: scene.corners(face)))
      }
      return
    }
    let map = scene.map(face)
    for (a, b, c) in Self.unitFacets(record.pointee.kind) {
      add(
        Facet(
          face: face,
          p: (map.point(Vector(a)).value, map.point(Vector(b)).value, map.point(Vector(c)).value)))
    }
  }

  /// Grid of a unit shape, by angle and by polar angle, radius or height.
  private static func unitFacets(_ kind: ShapeRecord.Kind) -> [(Vector3, Vector3, Vector3)] {
    // Turned out of line with the planes that scenes like: facets that only touch a plane do not cross it.
    let turn = Rotation<Float>(axisAngle: Vector<Float>(0.37, -0.73, 0.21))
    func point(_ i: Int, _ s: Float) -> Vector3 {
      let angle = 2 * Float.pi * (Float(i) + 0.37) / Float(steps)
      let (c, d) = (cos(angle), sin(angle))
      switch kind {
      case .sphere:
        let r = sin(s * .pi)
        return turn.apply(Vector<Float>(c * r, d * r, cos(s * .pi))).value
      case .disk: return Vector3(c * s, d * s, 0)
      case .cylinder, .mesh: return Vector3(c, d, s)
      }
    }
    let rows = kind == .sphere ? steps / 2 : 1
    var result: [(Vector3, Vector3, Vector3)] = []
    for j in 0..<rows {
      let (s0, s1) = (Float(j) / Float(rows), Float(j + 1) / Float(rows))
      for i in 0..<steps {
        let (a, b, c, d) = (point(i, s0), point(i + 1, s0), point(i + 1, s1), point(i, s1))
        if a != b { result.append((a, b, c)) }
        if c != d { result.append((a, c, d)) }
      }
    }
    return result
  }
}

extension FaceSoup.Facet {
  /// Ends of the segment in which two triangles pass through each other; `nil` when they miss or only touch.
  ///
  /// - Source: Möller 1997, *A fast triangle-triangle intersection test*: the intervals that either triangle cuts from
  ///   the line of their planes.
  func crossing(_ other: Self) -> (Vector3, Vector3)? {
    guard let mine = piercings(other), let theirs = other.piercings(self) else { return nil }
    let line = mine.1 - mine.0
    let squared = line.squaredLength
    guard squared > 0 else { return nil }
    func place(_ p: Vector3) -> Float { dot(p - mine.0, line) / squared }
    let (a, b) = (place(theirs.0), place(theirs.1))
    let (low, high) = (max(min(a, b), 0), min(max(a, b), 1))
    guard high - low > 1e-6 else { return nil }
    return (mine.0 + line * low, mine.0 + line * high)
  }

  /// Where the sides of this triangle pierce the plane of another; corners must be clear of it on both sides, since
  /// surfaces that only touch have no curve of their own.
  private func piercings(_ other: Self) -> (Vector3, Vector3)? {
    let (e1, e2) = (other.p.1 - other.p.0, other.p.2 - other.p.0)
    let normal = cross(e1, e2)
    let length = normal.length
    guard length > 0 else { return nil }
    let n = normal * (1 / length)
    let d = SIMD3(dot(n, p.0 - other.p.0), dot(n, p.1 - other.p.0), dot(n, p.2 - other.p.0))
    let reach = max(p.0.largestMagnitude, max(p.1.largestMagnitude, p.2.largestMagnitude))
    let margin = 1e-5 * max(reach, 1e-6)
    guard d.max() > margin, d.min() < -margin else { return nil }
    var ends: [Vector3] = []
    let corners = [p.0, p.1, p.2]
    for side in 0..<3 {
      let (i, j) = (side, (side + 1) % 3)
      guard (d[i] > 0) != (d[j] > 0) else { continue }
      ends.append(corners[i] + (corners[j] - corners[i]) * (d[i] / (d[i] - d[j])))
    }
    return ends.count == 2 ? (ends[0], ends[1]) : nil
  }
}
