import Foundation

/// A box and a cone of normals, with the power of the lights inside: what a node of a light tree is made of.
struct LightBounds {
  var low = Vector3(repeating: .infinity)
  var high = Vector3(repeating: -.infinity)
  var axis = Vector3(0, 0, 1)
  /// Half angle of the normals in radians, π for any direction; below 0 for no light at all.
  var angle: Float = -1
  var power: Float = 0

  var centroid: Vector3 { (low + high) * 0.5 }

  mutating func formUnion(_ other: LightBounds) {
    guard other.angle >= 0 else { return }
    let isEmpty = angle < 0
    low = pointwiseMin(low, other.low)
    high = pointwiseMax(high, other.high)
    power += other.power
    guard !isEmpty else { return (axis, angle) = (other.axis, other.angle) }
    (axis, angle) = Self.union(axis, angle, other.axis, other.angle)
  }

  /// The smallest cone around two cones.
  private static func union(_ a: Vector3, _ alpha: Float, _ b: Vector3, _ beta: Float) -> (Vector3, Float) {
    let between = acos(min(max(dot(a, b), -1), 1))
    if min(between + beta, .pi) <= alpha { return (a, alpha) }
    if min(between + alpha, .pi) <= beta { return (b, beta) }
    let angle = (alpha + between + beta) / 2
    let across = b - a * dot(a, b)
    guard angle < .pi, across.squaredLength > 1e-12 else { return (a, .pi) }
    let turn = angle - alpha
    return ((a * cos(turn) + across.normalized * sin(turn)).normalized, angle)
  }

  /// Power · surface area · solid angle measure of a node (surface area orientation heuristic).
  var cost: Float {
    guard angle >= 0 else { return 0 }
    let d = high - low
    let area = 2 * (d.x * d.y + d.y * d.z + d.z * d.x)
    let wide = min(angle + .pi / 2, .pi)
    let measure =
      2 * .pi * (1 - cos(angle))
      + .pi / 2 * (2 * wide * sin(angle) - cos(angle - 2 * wide) - 2 * angle * sin(angle) + cos(angle))
    return power * max(area, 1e-20) * measure
  }

  /// As the kernel reads it. Angles are rounded up so that no normal is lost.
  func node(second: Int32, parent: Int32, isLeaf: Bool) -> LightNode {
    let isCone = angle >= 0 && angle < 3.1
    let opened = angle + 1e-4
    return LightNode(
      center: centroid, halfExtent: (high - low) * 0.5, axis: axis, radius: 0.5 * (high - low).length * (1 + 1e-5),
      cosine: isCone ? cos(opened) : -1, sine: isCone ? sin(opened) : 0, power: power, second: second, parent: parent,
      isLeaf: isLeaf)
  }
}
