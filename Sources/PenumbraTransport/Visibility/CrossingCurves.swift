/// The curves along which surfaces of a scene pass through each other.
enum CrossingCurves {
  /// A shape of the scene, or of an instance.
  struct Body {
    var shape: Int
    /// −1 for none.
    var instance: Int
  }

  /// Curves between different bodies.
  ///
  /// - Throws: when Embree fails.
  static func between(_ bodies: [Body], in scene: KernelScene) throws(TransportError) -> [SurfaceCrossing] {
    var soup = FaceSoup()
    for (body, box) in zip(bodies, try sharedBoxes(bodies, in: scene)) {
      if let box { soup.add(body.shape, instance: body.instance, in: scene, touching: box) }
    }
    return try crossings(in: soup) { $0.face.shape != $1.face.shape || $0.face.instance != $1.face.instance }
      .compactMap { SurfaceCrossing($0.first, $0.second, chord: $0.chord, in: scene) }
  }

  /// For every body a box around where the boxes of others overlap its own; `nil` where none does.
  ///
  /// - Throws: when Embree fails.
  static func sharedBoxes(_ bodies: [Body], in scene: KernelScene) throws(TransportError) -> [Box?] {
    // Bodies that only touch count too.
    let boxes = bodies.map { body in
      let box = scene.bounds(body)
      let margin = Vector3(repeating: 2e-5 * max(box.low.largestMagnitude, box.high.largestMagnitude))
      return Box(low: box.low - margin, high: box.high + margin)
    }
    var shared = [Box?](repeating: nil, count: bodies.count)
    for pair in try CollisionPairs.find(boxes) {
      let (i, j) = (Int(pair.x), Int(pair.y))
      let common = Box(
        low: pointwiseMax(boxes[i].low, boxes[j].low), high: pointwiseMin(boxes[i].high, boxes[j].high))
      for index in [i, j] {
        var box = shared[index] ?? .empty
        box.grow(common)
        shared[index] = box
      }
    }
    return shared
  }

  /// Pairs of triangles in which a mesh passes through itself.
  ///
  /// - Throws: when Embree fails.
  static func within(_ shape: Int, in scene: KernelScene) throws(TransportError) -> [(SurfaceFace, SurfaceFace)] {
    guard !scene.shapes[shape].isConvex else { return [] }
    var soup = FaceSoup()
    soup.add(shape, instance: -1, in: scene, touching: nil)
    return try crossings(in: soup) { !$0.sharesCorner(with: $1) }.map { ($0.first, $0.second) }
  }

  /// The curve of two triangles that crossed when they were found.
  static func crossing(_ first: SurfaceFace, _ second: SurfaceFace, in scene: KernelScene) -> SurfaceCrossing? {
    let facets = (
      FaceSoup.Facet(face: first, p: scene.corners(first)), FaceSoup.Facet(face: second, p: scene.corners(second))
    )
    guard let chord = facets.0.crossing(facets.1) else { return nil }
    return SurfaceCrossing(first, second, chord: chord, in: scene)
  }

  private static func crossings(
    in soup: FaceSoup, where mayCross: @escaping (FaceSoup.Facet, FaceSoup.Facet) -> Bool
  ) throws(TransportError) -> [(first: SurfaceFace, second: SurfaceFace, chord: (Vector3, Vector3))] {
    var result: [(first: SurfaceFace, second: SurfaceFace, chord: (Vector3, Vector3))] = []
    // Neighbours are most of what overlaps.
    let facets = soup.facets
    for pair in try CollisionPairs.find(facets.map(\.box), where: { mayCross(facets[$0], facets[$1]) }) {
      let (a, b) = (facets[Int(pair.x)], facets[Int(pair.y)])
      guard let chord = a.crossing(b) else { continue }
      result.append((a.face, b.face, chord))
    }
    return result
  }
}

extension FaceSoup.Facet {
  /// Neighbours in a mesh meet at their corners without passing through each other.
  fileprivate func sharesCorner(with other: Self) -> Bool {
    has(other.p.0) || has(other.p.1) || has(other.p.2)
  }

  private func has(_ corner: Vector3) -> Bool { p.0 == corner || p.1 == corner || p.2 == corner }
}

extension ShapeRecord {
  /// Whether rays that leave the surface on one side never meet it again.
  fileprivate var isConvex: Bool { leftInFront >= 0 || leftBehind >= 0 }
}

extension KernelScene {
  /// World box around a shape.
  fileprivate func bounds(_ body: CrossingCurves.Body) -> Box {
    let record = shapes + body.shape
    var box = Box.empty
    if record.pointee.kind == .mesh {
      for corner in 0..<(3 * Int(record.pointee.triangleCount)) {
        box.grow(ShapeRecord.load(values, record.pointee.positions, Int(record.pointee.triangles[corner])))
      }
    } else {
      let (low, high) = AnalyticShape.bounds(values + Int(record.pointee.matrix), record.pointee.kind)
      box = Box(low: low, high: high)
    }
    guard body.instance >= 0 else { return box }
    let map = instances[body.instance].maps(values).toWorld
    var world = Box.empty
    for corner in 0..<8 {
      let p = Vector3(
        corner & 1 == 0 ? box.low.x : box.high.x, corner & 2 == 0 ? box.low.y : box.high.y,
        corner & 4 == 0 ? box.low.z : box.high.z)
      world.grow(map.point(Vector(p)).value)
    }
    return world
  }
}
