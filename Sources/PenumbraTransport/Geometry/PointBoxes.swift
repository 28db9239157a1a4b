/// Points in boxes of neighbours, which tell in few steps whether any point lies beyond a plane.
struct PointBoxes {
  /// Eight points each; two of these make a box.
  private var points: [PacketVector] = []
  /// Corners of eight boxes each.
  private var low: [PacketVector] = []
  private var high: [PacketVector] = []
  /// Corners of boxes around eight of those each, eight together.
  private var outerLow: [PacketVector] = []
  private var outerHigh: [PacketVector] = []

  private static let perBox = 16

  init(_ unsorted: [Vector3]) {
    guard let last = unsorted.last else { return }
    let sorted = Self.alongCurve(unsorted)
    let boxes = (sorted.count + Self.perBox - 1) / Self.perBox
    // What is missing to full packets repeats a point.
    func point(_ i: Int) -> Vector3 { i < sorted.count ? sorted[i] : last }
    for first in stride(from: 0, to: boxes, by: 8) {
      var (low, high) = (PacketVector.zero, PacketVector.zero)
      for lane in 0..<8 {
        var box = Box.empty
        for i in 0..<Self.perBox { box.grow(point((first + lane) * Self.perBox + i)) }
        low.set(lane, box.low)
        high.set(lane, box.high)
      }
      self.low.append(low)
      self.high.append(high)
      for start in stride(from: first * Self.perBox, to: (first + 8) * Self.perBox, by: 8) {
        var eight = PacketVector.zero
        for lane in 0..<8 { eight.set(lane, point(start + lane)) }
        points.append(eight)
      }
    }
    for first in stride(from: 0, to: self.low.count, by: 8) {
      var (low, high) = (PacketVector.zero, PacketVector.zero)
      for lane in 0..<8 {
        var box = Box.empty
        let number = min(first + lane, self.low.count - 1)
        for inner in 0..<8 {
          let (low, high) = (self.low[number], self.high[number])
          box.grow(Vector3(low.x[inner], low.y[inner], low.z[inner]))
          box.grow(Vector3(high.x[inner], high.y[inner], high.z[inner]))
        }
        low.set(lane, box.low)
        high.set(lane, box.high)
      }
      outerLow.append(low)
      outerHigh.append(high)
    }
  }

  /// Whether n · p is greater than `height` for any point p.
  func reach(beyond height: Float, along n: Vector3) -> Bool {
    let normal = PacketVector(n)
    for i in outerLow.indices {
      let reaching = reaching(outerLow[i], outerHigh[i], n, normal, height)
      guard !reaching.isEmpty else { continue }
      for lane in 0..<8 where reaching.contains(lane) && 8 * i + lane < low.count {
        if reach(8 * i + lane, n, normal, height) { return true }
      }
    }
    return false
  }

  /// Which of eight boxes have a corner beyond the plane.
  @inline(__always)
  private func reaching(
    _ low: PacketVector, _ high: PacketVector, _ n: Vector3, _ normal: PacketVector, _ height: Float
  ) -> PacketBits {
    let farthest = PacketVector(n.x < 0 ? low.x : high.x, n.y < 0 ? low.y : high.y, n.z < 0 ? low.z : high.z)
    return PacketBits(dot(normal, farthest) .> height)
  }

  /// Whether a point of eight boxes lies beyond the plane.
  @inline(__always)
  private func reach(_ i: Int, _ n: Vector3, _ normal: PacketVector, _ height: Float) -> Bool {
    let reaching = reaching(low[i], high[i], n, normal, height)
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
