import Foundation

/// The directions of lines that pass the object at a point of an edge between two triangles of a mesh: those that have both
/// triangles on one side.
///
/// They fill two lunes about the edge, opposite each other, which are narrow where the mesh hardly turns: a line of any
/// direction would rarely be among them.
struct OutlineWedge {
  /// Unit vectors: along the edge, and across it in the middle of a lune and beside it.
  private let along, middle, beside: Vector3
  /// Half the angle in radians by which the mesh turns at the edge.
  private let halfAngle: Float

  /// - Returns: `nil` at borders and on smooth outlines, which lines of any direction pass, and where two triangles of no
  ///   area or one on the other leave the angle open.
  init?(_ point: EdgePoint) {
    guard let other = point.otherInward, point.along.squaredLength > 0 else { return nil }
    let along = point.along.normalized
    let (a, b) = (point.inward - along * dot(point.inward, along), other - along * dot(other, along))
    guard a.squaredLength > 0, b.squaredLength > 0 else { return nil }
    let (p, q) = (a.normalized, b.normalized)
    // From q to −p, the triangles' directions away from the edge.
    let across = q - p
    guard across.squaredLength > 1e-6 else { return nil }
    self.along = along
    middle = across.normalized
    beside = cross(along, middle)
    halfAngle = asin(min(0.5 * (p + q).length, 1))
  }

  /// Part of all directions that the lunes are.
  var share: Float { halfAngle * (2 / .pi) }

  /// Density in sr⁻¹ of `sample`, infinite where the mesh is flat.
  var density: Float { 1 / (8 * halfAngle) }

  /// Part of a disk of directions that lies in the lunes, about, by the turn about the edge alone.
  ///
  /// - Parameters:
  ///   - direction: of the disk's middle, unit.
  ///   - radius: of the disk, in radians; may be large.
  func overlap(_ direction: Vector3, radius: Float) -> Float {
    let (x, y) = (dot(direction, middle), dot(direction, beside))
    let distance = (x * x + y * y).squareRoot()
    // As a turn about the edge the disk is wider the nearer it is to the edge's own direction.
    let half = min(radius / max(distance, 1e-6), .pi / 2)
    let turn = atan2(y, x)
    guard half > 0 else { return abs(sin(turn)) <= sin(halfAngle) ? 1 : 0 }
    var sum: Float = 0
    for lune in -1...1 {
      let center = Float(lune) * .pi
      sum += max(min(turn + half, center + halfAngle) - max(turn - half, center - halfAngle), 0)
    }
    return min(sum / (2 * half), 1)
  }

  /// A direction of the lunes, uniform in solid angle.
  func sample(_ u: SIMD2<Float>) -> Vector3 {
    let side: Float = u.x < 0.5 ? 1 : -1
    let angle = (abs(4 * u.x - 2) - 1) * halfAngle
    let cosine = 1 - 2 * u.y
    let radius = max(1 - cosine * cosine, 0).squareRoot() * side
    return along * cosine + middle * (radius * cos(angle)) + beside * (radius * sin(angle))
  }
}
