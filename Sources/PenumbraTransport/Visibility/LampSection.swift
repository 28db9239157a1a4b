/// The part of a flat lamp from which lines pass an edge: what lies on one side of both planes of the edge's triangles.
///
/// In the lamp's own coordinates, those of the unit square or of the triangle u, v ≥ 0, u + v ≤ 1, the planes are two lines,
/// and the part is at most two convex polygons. The same part is seen from every point of the edge, since all are on both planes.
struct LampSection {
  /// The planes of an edge's two triangles, by a point of both and their normals.
  struct Planes {
    var point: Vector3
    var normals: (Vector3, Vector3)
  }

  /// Part of the lamp's area, in 0...1.
  let share: Float
  private let pieces: (ClippedPolygon, ClippedPolygon)

  /// Nothing.
  init() {
    share = 0
    pieces = (ClippedPolygon(), ClippedPolygon())
  }

  /// - Parameters:
  ///   - corner: of the lamp.
  ///   - sides: from there to the next corner and to the last.
  init(_ planes: Planes, corner: Vector3, sides: (Vector3, Vector3), isTriangle: Bool) {
    let offset = corner - planes.point
    func line(_ normal: Vector3) -> SIMD3<Float> {
      SIMD3(dot(normal, sides.0), dot(normal, sides.1), dot(normal, offset))
    }
    let (a, b) = (line(planes.normals.0), line(planes.normals.1))
    let lamp = ClippedPolygon(isTriangle: isTriangle)
    // Planes of fine meshes pass most lamps.
    if let first = lamp.side(of: a), let second = lamp.side(of: b) {
      let none = ClippedPolygon()
      pieces = first != second ? (none, none) : first ? (lamp, none) : (none, lamp)
      share = first == second ? 1 : 0
      return
    }
    pieces = (lamp.clipped(by: a).clipped(by: b), lamp.clipped(by: -a).clipped(by: -b))
    share = min((pieces.0.area + pieces.1.area) * (isTriangle ? 2 : 1), 1)
  }

  /// A point of the part, uniform in area, in the lamp's own coordinates.
  ///
  /// - Precondition: `share` is positive.
  func sample(_ u: SIMD2<Float>) -> SIMD2<Float> {
    let (first, second) = (pieces.0.area, pieces.1.area)
    let left = u.x * (first + second)
    return left < first || second <= 0 ? pieces.0.sample(left, u.y) : pieces.1.sample(left - first, u.y)
  }
}

/// A convex polygon of up to six corners, in the order of the turn from u to v.
struct ClippedPolygon {
  private static let most = 6
  private var corners = InlineArray<6, SIMD2<Float>>(repeating: .zero)
  private var count = 0

  fileprivate init() {}

  /// The unit square, or half of it.
  init(isTriangle: Bool) {
    append(SIMD2(0, 0))
    append(SIMD2(1, 0))
    if !isTriangle { append(SIMD2(1, 1)) }
    append(SIMD2(0, 1))
  }

  private mutating func append(_ corner: SIMD2<Float>) {
    // Half-planes add a corner each; more can only be rounding.
    guard count < Self.most else { return }
    corners[count] = corner
    count += 1
  }

  /// Whether a u + b v + c is positive everywhere, or negative everywhere; `nil` where it has both signs or vanishes.
  @inline(__always) fileprivate func side(of line: SIMD3<Float>) -> Bool? {
    var (least, most) = (Float.infinity, -Float.infinity)
    for k in 0..<count {
      let value = corners[k].x * line.x + corners[k].y * line.y + line.z
      (least, most) = (min(least, value), max(most, value))
    }
    return least > 0 ? true : most < 0 ? false : nil
  }

  /// What lies where a u + b v + c ≥ 0.
  func clipped(by line: SIMD3<Float>) -> Self {
    var result = Self()
    guard count > 0 else { return result }
    var last = corners[count - 1]
    var before = last.x * line.x + last.y * line.y + line.z
    for k in 0..<count {
      let corner = corners[k]
      let value = corner.x * line.x + corner.y * line.y + line.z
      if (before >= 0) != (value >= 0) { result.append(last + (corner - last) * (before / (before - value))) }
      if value >= 0 { result.append(corner) }
      (last, before) = (corner, value)
    }
    return result
  }

  var area: Float {
    var sum: Float = 0
    for k in 1..<max(count - 1, 1) { sum += fanArea(k) }
    return sum
  }

  /// Of the triangle between the first corner and two others that follow each other.
  private func fanArea(_ k: Int) -> Float {
    let (a, b) = (corners[k] - corners[0], corners[k + 1] - corners[0])
    return max(0.5 * (a.x * b.y - a.y * b.x), 0)
  }

  /// A point that has so much of the area before it, in the order of the fan.
  func sample(_ before: Float, _ v: Float) -> SIMD2<Float> {
    var left = before
    var chosen = 1
    for k in 1..<max(count - 1, 1) {
      let area = fanArea(k)
      guard area > 0 else { continue }
      chosen = k
      if left < area { break }
      left -= area
    }
    let area = fanArea(chosen)
    let b = Warp.triangle(SIMD2(area > 0 ? min(left / area, 0x1.fffffep-1) : 0, v))
    return corners[0] * (1 - b.x - b.y) + corners[chosen] * b.x + corners[chosen + 1] * b.y
  }
}
