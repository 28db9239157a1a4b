/// An axis-aligned box in world space.
struct Box {
  var low: Vector3
  var high: Vector3

  /// The empty box.
  static var empty: Self { Self(low: Vector3(repeating: .infinity), high: Vector3(repeating: -.infinity)) }

  func overlaps(_ other: Self) -> Bool { all(low .<= other.high) && all(other.low .<= high) }

  mutating func grow(_ p: Vector3) { (low, high) = (pointwiseMin(low, p), pointwiseMax(high, p)) }

  mutating func grow(_ other: Self) {
    grow(other.low)
    grow(other.high)
  }
}
