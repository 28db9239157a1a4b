/// Which surfaces pass through a face.
struct CrossingTable {
  /// Sorted by the face.
  let entries: UnsafePointer<Entry>
  let count: Int

  struct Entry {
    var face: SurfaceFace
    var other: SurfaceFace
  }

  /// The distance of a hit from the nearest surface that passes through its face, and that surface at the same place.
  func nearest(_ hit: SurfaceHit, in scene: KernelScene) -> (margin: Float, other: SurfaceHit)? {
    guard count > 0 else { return nil }
    let key = Self.key(SurfaceFace(shape: hit.shape, instance: hit.instance, primitive: hit.primitive))
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if Self.precedes(Self.key(entries[middle].face), key) { low = middle + 1 } else { high = middle }
    }
    var best: (margin: Float, index: Int, normal: Vector3)?
    while low < count && Self.key(entries[low].face) == key {
      let level = scene.level(entries[low].other, at: hit.position)
      let steepness = level.gradient.length
      let margin = abs(level.value) / steepness
      let normal = level.gradient * (1 / steepness)
      let cosine = dot(normal, hit.geometricNormal)
      // Surfaces that touch do not slide along each other.
      if cosine * cosine < 0.9999999, margin < best?.margin ?? .infinity { best = (margin, low, normal) }
      low += 1
    }
    guard let best else { return nil }
    var other = scene.hit(on: entries[best.index].other, at: hit.position)
    other.geometricNormal = best.normal
    return (best.margin, other)
  }

  fileprivate static func key(_ face: SurfaceFace) -> SIMD3<Int32> {
    SIMD3(face.shape, face.instance, face.primitive)
  }

  fileprivate static func precedes(_ a: SIMD3<Int32>, _ b: SIMD3<Int32>) -> Bool {
    (a.x, a.y, a.z) < (b.x, b.y, b.z)
  }

  /// Entries for all curves of a scene.
  ///
  /// - Parameter between: those of two bodies each.
  static func entries(_ topology: EdgeTopology, between: [SurfaceCrossing]) -> OwnedBuffer<Entry> {
    var entries = (between.map { ($0.first, $0.second) } + topology.selfCrossings).flatMap {
      [Entry(face: $0.0, other: $0.1), Entry(face: $0.1, other: $0.0)]
    }
    entries.sort {
      key($0.face) == key($1.face)
        ? precedes(key($0.other), key($1.other)) : precedes(key($0.face), key($1.face))
    }
    // A round shape meets another in many pieces of one curve.
    var distinct: [Entry] = []
    for entry in entries {
      if let last = distinct.last, key(last.face) == key(entry.face), key(last.other) == key(entry.other) { continue }
      distinct.append(entry)
    }
    return OwnedBuffer(distinct)
  }
}
