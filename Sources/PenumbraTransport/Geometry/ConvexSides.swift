/// On which sides a mesh is convex: rays that leave a convex surface never come back to it.
struct ConvexSides {
  /// No vertex stands out of the plane of any triangle on the side where corners go around counter-clockwise.
  private(set) var front = true
  /// The same of the other side.
  private(set) var back = true

  /// Before all vertices are asked about every triangle: so many of both tell nearly all meshes that are not convex.
  private static let probes = 128

  /// Share of the distance by which rays start off surfaces; vertices may stand out by rounding.
  private static let slack: Float = 0.25

  /// - Parameters:
  ///   - positions: shape [vertexCount × 3].
  ///   - triangles: shape [triangleCount × 3].
  init(
    positions: UnsafePointer<Float>, vertexCount: Int, triangles: UnsafePointer<UInt32>, triangleCount: Int
  ) {
    func vertex(_ i: Int) -> Vector3 { Vector3(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]) }
    if vertexCount > Self.probes {
      let some = PointBoxes((0..<Self.probes).map { vertex($0 * vertexCount / Self.probes) })
      let step = max(triangleCount / Self.probes, 1)
      ask(some, stride(from: 0, to: triangleCount, by: step), triangles, vertex)
    }
    guard front || back else { return }
    ask(PointBoxes((0..<vertexCount).map(vertex)), stride(from: 0, to: triangleCount, by: 1), triangles, vertex)
  }

  /// Whether points stand out of the planes of some triangles.
  private mutating func ask(
    _ points: PointBoxes, _ numbers: StrideTo<Int>, _ triangles: UnsafePointer<UInt32>, _ vertex: (Int) -> Vector3
  ) {
    for triangle in numbers where front || back {
      let t = triangles + 3 * triangle
      let (a, b, c) = (vertex(Int(t[0])), vertex(Int(t[1])), vertex(Int(t[2])))
      let across = cross(b - a, c - a)
      let length = across.length
      let longest = max((b - a).length, max((c - a).length, (c - b).length))
      // No ray starts on a triangle that is thinner than its corners' rounding, as at the poles of spheres.
      guard length > 0x1p-20 * longest * Self.largestSize(a, b, c) else { continue }
      let n = across * (1 / length)
      let limit = Self.slack * RayOffset.epsilon * (1 + Self.leastSize(a, b, c))
      if front { front = !points.reach(beyond: dot(n, a) + limit, along: n) }
      if back { back = !points.reach(beyond: limit - dot(n, a), along: n * -1) }
    }
  }

  private static func largestSize(_ a: Vector3, _ b: Vector3, _ c: Vector3) -> Float {
    pointwiseMax(pointwiseMax(pointwiseMax(a, -a), pointwiseMax(b, -b)), pointwiseMax(c, -c)).max()
  }

  /// The smallest that the largest coordinate of a point of a triangle can be.
  private static func leastSize(_ a: Vector3, _ b: Vector3, _ c: Vector3) -> Float {
    let (low, high) = (pointwiseMin(a, pointwiseMin(b, c)), pointwiseMax(a, pointwiseMax(b, c)))
    return max(0, pointwiseMax(low, -high).max())
  }
}
