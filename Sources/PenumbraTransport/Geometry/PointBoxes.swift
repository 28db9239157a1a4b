/// Points in groups of neighbours, which tell in few steps whether any point lies beyond a plane.
struct PointBoxes {
  /// Eight points each; two of these make a group.
  private var points: [PacketVector] = []
  /// Eight groups each.
  private var groups: [Groups] = []
  /// Boxes around eight groups, then boxes around eight of those each, and so on until eight hold all.
  private var levels: [Level] = []

  /// Groups of points as flat disks, which neighbours on a surface are: a plane along the surface passes them much closer
  /// than it passes boxes around them.
  private struct Groups {
    var center = PacketVector.zero
    /// Unit, any: groups are thin along it if it is across the surface.
    var axis = PacketVector.zero
    /// How far points reach along the axis, from the center.
    var low = Packet(repeating: 0)
    var high = Packet(repeating: 0)
    /// How far points are from the center, squared.
    var squaredRadius = Packet(repeating: 0)

    mutating func set(_ lane: Int, _ points: some Sequence<Vector3>, around box: Box, from middle: Vector3) {
      let center = (box.low + box.high) * 0.5
      let away = center - middle
      let length = away.length
      let axis = length > 0 ? away * (1 / length) : Vector3(0, 0, 1)
      self.center.set(lane, center)
      self.axis.set(lane, axis)
      for p in points {
        let along = dot(p - center, axis)
        low[lane] = min(low[lane], along)
        high[lane] = max(high[lane], along)
        squaredRadius[lane] = max(squaredRadius[lane], (p - center).squaredLength)
      }
    }

    /// What 1 − (n · axis)² may lack by rounding.
    private static let rounding: Float = 3e-7

    /// Which of them may hold a point p with n · p greater than `height`.
    @inline(__always) func reaching(_ n: PacketVector, _ height: Float) -> PacketBits {
      let along = dot(n, axis)
      // What is left to the plane when points are as far along the axis as they go, to be spanned across it.
      let gap = height - dot(n, center) - (along * low).atLeast(along * high)
      let across = (1 + Self.rounding - along * along) * squaredRadius
      return PacketBits((gap .< 0) .| (gap * gap .< across))
    }
  }

  /// Corners of boxes, eight together.
  private struct Level {
    var low: [PacketVector] = []
    var high: [PacketVector] = []

    mutating func append(_ boxes: [Box]) {
      var (low, high) = (PacketVector.zero, PacketVector.zero)
      for (lane, box) in boxes.enumerated() {
        low.set(lane, box.low)
        high.set(lane, box.high)
      }
      self.low.append(low)
      self.high.append(high)
    }
  }

  private static let perGroup = 16

  init(_ unsorted: [Vector3]) {
    guard let last = unsorted.last else { return }
    let sorted = Self.alongCurve(unsorted)
    var all = Box.empty
    for p in sorted { all.grow(p) }
    let middle = (all.low + all.high) * 0.5
    let count = (sorted.count + Self.perGroup - 1) / Self.perGroup
    // What is missing to full packets repeats a point.
    func point(_ i: Int) -> Vector3 { i < sorted.count ? sorted[i] : last }
    var boxes: [Box] = []
    for first in stride(from: 0, to: count, by: 8) {
      var eight = Groups()
      var around = Box.empty
      for lane in 0..<8 {
        let own = (0..<Self.perGroup).lazy.map { point((first + lane) * Self.perGroup + $0) }
        var box = Box.empty
        for p in own { box.grow(p) }
        eight.set(lane, own, around: box, from: middle)
        around.grow(box)
      }
      groups.append(eight)
      boxes.append(around)
      for start in stride(from: first * Self.perGroup, to: (first + 8) * Self.perGroup, by: 8) {
        var eight = PacketVector.zero
        for lane in 0..<8 { eight.set(lane, point(start + lane)) }
        points.append(eight)
      }
    }
    repeat {
      var (level, outer) = (Level(), [Box]())
      for first in stride(from: 0, to: boxes.count, by: 8) {
        let eight = (first..<first + 8).map { boxes[min($0, boxes.count - 1)] }
        level.append(eight)
        outer.append(eight.reduce(into: Box.empty) { $0.grow($1) })
      }
      levels.append(level)
      boxes = outer
    } while boxes.count > 1
  }

  /// Whether n · p is greater than `height` for any point p.
  ///
  /// - Parameter n: a unit vector.
  func reach(beyond height: Float, along n: Vector3) -> Bool {
    levels.isEmpty ? false : reach(levels.count - 1, 0, n, PacketVector(n), height)
  }

  /// Whether a point in eight boxes of a level lies beyond the plane.
  private func reach(_ level: Int, _ i: Int, _ n: Vector3, _ normal: PacketVector, _ height: Float) -> Bool {
    let (low, high) = (levels[level].low[i], levels[level].high[i])
    let farthest = PacketVector(n.x < 0 ? low.x : high.x, n.y < 0 ? low.y : high.y, n.z < 0 ? low.z : high.z)
    let reaching = PacketBits(dot(normal, farthest) .> height)
    guard !reaching.isEmpty else { return false }
    let count = level > 0 ? levels[level - 1].low.count : groups.count
    for lane in 0..<8 where reaching.contains(lane) && 8 * i + lane < count {
      let inner = 8 * i + lane
      if level > 0 ? reach(level - 1, inner, n, normal, height) : reach(groups: inner, normal, height) { return true }
    }
    return false
  }

  /// Whether a point of eight groups lies beyond the plane.
  @inline(__always) private func reach(groups i: Int, _ normal: PacketVector, _ height: Float) -> Bool {
    let reaching = groups[i].reaching(normal, height)
    guard !reaching.isEmpty else { return false }
    for lane in 0..<8 where reaching.contains(lane) {
      let first = 2 * (8 * i + lane)
      for part in first..<first + 2 where !PacketBits(dot(normal, points[part]) .> height).isEmpty { return true }
    }
    return false
  }

  /// Along a curve that fills space, so that neighbours stay together (Morton 1966).
  private static func alongCurve(_ points: [Vector3]) -> [Vector3] {
    var box = Box.empty
    for p in points { box.grow(p) }
    let scale = Vector3(repeating: 1023) / pointwiseMax(box.high - box.low, Vector3(repeating: 1e-30))
    func spread(_ x: Float) -> UInt32 {
      // Two zeros behind each of ten bits; 0 for what is no number.
      var bits = x > 0 ? UInt32(min(x, 1023)) : 0
      bits = (bits | bits << 16) & 0x0300_00ff
      bits = (bits | bits << 8) & 0x0300_f00f
      bits = (bits | bits << 4) & 0x030c_30c3
      return (bits | bits << 2) & 0x0924_9249
    }
    let codes = points.map { point in
      let p = (point - box.low) * scale
      return spread(p.x) | spread(p.y) << 1 | spread(p.z) << 2
    }
    return points.indices.sorted { codes[$0] < codes[$1] }.map { points[$0] }
  }
}
