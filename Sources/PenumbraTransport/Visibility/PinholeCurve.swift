import Foundation

/// An edge or outline before a pinhole camera: what its points have in common. Seen from one point they are straight
/// lines and ellipses.
struct PinholeCurve {
  /// A point of the curve and its place on the film.
  struct Point {
    var position: Vector3
    /// In pixels.
    var pixel: SIMD2<Float>
    /// Derivative of `pixel` by the curve's own parameter.
    var along: SIMD2<Float>
  }

  /// Whether the camera sees a surface on both sides, so that nothing is hidden.
  let hasTwoSides: Bool
  private let course: EdgeCourse
  /// In the camera's own space.
  private let own: EdgeCourse

  /// - Returns: `nil` where there is nothing to see.
  init?(_ edge: EdgeRecord, _ geometry: EdgeGeometry, _ tracer: PathTracer) {
    guard let course = geometry.course(edge, from: tracer.viewpoint(.zero)) else { return nil }
    // The same for all points of the edge: on which sides of two planes the camera is.
    let hides = edge.isOutline || tracer.hides(edge, geometry.point(edge, 0.5))
    guard tracer.isDiscontinuity(edge, hides: hides) else { return nil }
    hasTwoSides = !hides
    self.course = course
    let space = tracer.cameraSpace
    own = EdgeCourse(
      isRound: course.isRound, start: space.point(course.start), first: space.direction(course.first),
      second: space.direction(course.second))
  }

  /// - Parameter t: the curve's own parameter in 0...1.
  /// - Returns: `nil` behind the camera.
  @inline(__always) func point(_ t: Float, _ tracer: PathTracer) -> Point? {
    let turn = course.turn(t)
    guard let place = tracer.flatPlace(own.point(turn), lens: .zero) else { return nil }
    let along = own.along(turn)
    return Point(
      position: course.point(turn), pixel: place.pixel,
      along: (SIMD2(along.x, along.y) - place.slope * along.z) * place.scale)
  }
}

/// How an edge runs through space: straight, or around an ellipse.
struct EdgeCourse {
  let isRound: Bool
  /// Where it starts; the middle of an ellipse.
  let start: Vector3
  /// The way to its end; from the middle of an ellipse to where it starts.
  let first: Vector3
  /// From the middle of an ellipse to a quarter of the way around.
  var second = Vector3.zero

  /// What both factors are at t in 0...1.
  @inline(__always) func turn(_ t: Float) -> SIMD2<Float> {
    guard isRound else { return SIMD2(t, 0) }
    let angle = 2 * .pi * t
    return SIMD2(cos(angle), sin(angle))
  }

  @inline(__always) func point(_ turn: SIMD2<Float>) -> Vector3 { start + first * turn.x + second * turn.y }

  /// Derivative by t.
  @inline(__always) func along(_ turn: SIMD2<Float>) -> Vector3 {
    isRound ? (second * turn.x - first * turn.y) * (2 * .pi) : first
  }
}

extension EdgeGeometry {
  /// An edge as it is seen from a point; `nil` for outlines seen from inside.
  func course(_ edge: EdgeRecord, from viewpoint: Vector3) -> EdgeCourse? {
    switch edge.kind {
    case .mesh:
      let (a, b) = ends(edge)
      return EdgeCourse(isRound: false, start: a, first: b - a)
    case .rim:
      let map = map(edge)
      let middle = map.point(Vector(Vector3(0, 0, edge.height))).value
      return EdgeCourse(isRound: true, start: middle, first: map.x.value, second: map.y.value)
    case .sphere, .side: return OutlinedShape(edge, self).outline(from: viewpoint)?.course
    }
  }

  /// The coordinates with which a point moves that is fixed on an edge, see `EdgePoint.local`.
  ///
  /// - Parameter t: the edge's own parameter.
  @inline(__always) func local(_ edge: EdgeRecord, at position: Vector3, _ t: Float) -> Vector3 {
    switch edge.kind {
    case .mesh: return Vector3(1 - t, t, 0)
    case .sphere:
      let map = map(edge)
      let offset = position - map.translation.value
      return map.pulled(offset) * (1 / offset.squaredLength)
    case .rim, .side: return map(edge).preimage(of: Vector(position)).value
    }
  }
}
