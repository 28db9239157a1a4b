/// A sphere or the side of a cylinder, whose outline depends on where it is seen from: what does not.
struct OutlinedShape {
  private let map: AffineMap<Float>
  /// Of a sphere; 0 on a cylinder.
  private let radius: Float
  /// Of a cylinder: on which of the two lines, 1 or −1.
  private let line: Float

  init(_ edge: EdgeRecord, _ geometry: EdgeGeometry) {
    map = geometry.map(edge)
    radius = edge.kind == .sphere ? map.x.value.length : 0
    line = edge.height
  }

  private var isSphere: Bool { radius > 0 }

  /// A point about which the shape lies.
  var anchor: Vector3 { isSphere ? map.translation.value : map.point(Vector(Vector3(0, 0, 0.5))).value }

  /// The outline from a point; `nil` from inside.
  func outline(from viewpoint: Vector3) -> Outline? {
    guard isSphere else {
      let o = map.preimage(of: Vector(viewpoint)).value
      let squared = o.x * o.x + o.y * o.y
      guard squared > 1.000_001 else { return nil }
      // Tangent lines from (x, y) to the unit circle: cos(φ − φ₀) = 1 / r.
      let (cosine, sine) = (1 / squared.squareRoot(), (1 - 1 / squared).squareRoot() * line)
      let toward = SIMD2(o.x, o.y) * cosine
      return Outline(map, foot: SIMD2(toward.x * cosine - toward.y * sine, toward.y * cosine + toward.x * sine))
    }
    let axis = viewpoint - map.translation.value
    let squared = axis.squaredLength
    guard squared > radius * radius * 1.000_001 else { return nil }
    let ratio = radius * radius / squared
    return Outline(
      map, middle: axis * ratio, radius: radius * (1 - ratio).squareRoot(), axis: axis * (1 / squared.squareRoot()))
  }

  /// The outline along a direction; `nil` along a cylinder's axis.
  func outline(along direction: Vector3) -> Outline? {
    guard isSphere else {
      let d = map.preimage(of: Vector(map.translation.value + direction)).value
      let length = (d.x * d.x + d.y * d.y).squareRoot()
      guard length > 1e-6 else { return nil }
      return Outline(map, foot: SIMD2(-d.y, d.x) * (line / length))
    }
    return Outline(map, middle: .zero, radius: radius, axis: direction)
  }
}

/// Where a sphere or the side of a cylinder turns away from a viewpoint: a circle, or a straight line.
struct Outline {
  /// See `EdgePoint`.
  struct Point {
    var position: Vector3
    var along: Vector3
    /// Outward, unit.
    var normal: Vector3
    var local: Vector3
  }

  private let map: AffineMap<Float>
  /// Of a sphere: relative to its centre.
  private let circle: EdgeCourse
  /// Of a cylinder: the outward normal, and the point of the unit circle on which the line stands.
  private let normal: Vector3
  private let foot: SIMD2<Float>

  /// A circle on a sphere.
  ///
  /// - Parameters:
  ///   - middle: of the circle, from the sphere's centre.
  ///   - axis: unit vector across the circle.
  fileprivate init(_ map: AffineMap<Float>, middle: Vector3, radius: Float, axis: Vector3) {
    self.map = map
    let frame = Frame(normal: axis)
    circle = EdgeCourse(isRound: true, start: middle, first: frame.s * radius, second: frame.t * radius)
    (normal, foot) = (.zero, .zero)
  }

  /// A line of the unit cylinder's side.
  fileprivate init(_ map: AffineMap<Float>, foot: SIMD2<Float>) {
    self.map = map
    self.foot = foot
    // The inverse transpose of the map takes the normal (x, y, 0) to the world.
    let (x, y, z) = (map.x.value, map.y.value, map.z.value)
    let side: Float = dot(x, cross(y, z)) < 0 ? -1 : 1
    normal = ((cross(y, z) * foot.x + cross(z, x) * foot.y) * side).normalized
    circle = EdgeCourse(isRound: false, start: .zero, first: z)
  }

  /// How it runs through space.
  var course: EdgeCourse {
    circle.isRound
      ? EdgeCourse(
        isRound: true, start: map.translation.value + circle.start, first: circle.first, second: circle.second)
      : EdgeCourse(isRound: false, start: map.point(Vector(Vector3(foot.x, foot.y, 0))).value, first: circle.first)
  }

  /// - Parameter t: the curve's own parameter in 0...1.
  @inline(__always) func point(_ t: Float) -> Point {
    guard circle.isRound else {
      let local = Vector3(foot.x, foot.y, t)
      return Point(position: map.point(Vector(local)).value, along: circle.first, normal: normal, local: local)
    }
    let turn = circle.turn(t)
    let offset = circle.point(turn)
    let squared = offset.squaredLength
    return Point(
      position: map.translation.value + offset, along: circle.along(turn),
      normal: offset * (1 / squared.squareRoot()),
      // The map turns and scales alike in all directions.
      local: map.pulled(offset) * (1 / squared))
  }
}

extension EdgePoint {
  init(_ point: Outline.Point) {
    self.init(
      position: point.position, along: point.along, inward: .zero, otherInward: nil, smoothNormal: point.normal,
      local: point.local)
  }
}
