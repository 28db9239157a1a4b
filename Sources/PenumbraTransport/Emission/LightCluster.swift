/// Up to eight sets of lights, side by side in SIMD lanes: the children of a node of a light tree.
struct LightCluster {
  /// Of spheres around the lights.
  var center = PacketVector(Packet(repeating: 1e9))
  var radius = Packet(repeating: 0)
  /// Cones around the normals, as in `LightNode`.
  var axis = PacketVector.zero
  var cosine = Packet(repeating: -1)
  var sine = Packet(repeating: 0)
  /// Moments of the normals per unit of power, as in `EmissionMoments`.
  var first = PacketVector.zero
  var squares = PacketVector.zero
  var products = PacketVector.zero
  /// 0 in lanes that hold nothing.
  var power = Packet(repeating: 0)
  /// Numbers of clusters, or of items in `leaves`.
  var children = SIMD8<Int32>(repeating: 0)
  var leaves = PacketBits()
  /// The cluster above times eight, plus the lane in it; −1 for the root.
  var place: Int32

  init(place: Int32) { self.place = place }

  mutating func set(_ lane: Int, _ node: LightNode, _ emission: EmissionMoments) {
    center.set(lane, node.center)
    axis.set(lane, node.axis)
    first.set(lane, emission.first)
    squares.set(lane, emission.squares)
    products.set(lane, emission.products)
    (radius[lane], cosine[lane], sine[lane], power[lane]) = (node.radius, node.cosine, node.sine, node.power)
  }

  /// What every child sends to a point, as far as its bounds tell: power · mean cosine of the lights · mean cosine of the
  /// surface / d² (the shape of Conty Estévez & Kulla 2018, eq. 3, with means in the place of bounds).
  ///
  /// Means are those that hold far away, with what is seen of the set from nearby in their place as its sphere grows. Of the
  /// lights it is the clamped cosine up to second order (Ramamoorthi & Hanrahan 2001), ¼ + ½ n·ω + 5⁄32 (3 (n·ω)² − 1); it
  /// never exceeds the cosine of the most favourable normal, and is 0 only where no light of the set can shine.
  ///
  /// - Parameter n: normal of the lit surface. Its cosine counts on both sides and never for less than a tenth, since
  ///   shading normals and transmission see light that the surface itself does not.
  @inline(__always) func importances(at p: Vector3, _ n: Vector3) -> Packet {
    let one = Packet(repeating: 1)
    let offset = PacketVector(p) - center
    let (squared, nearest) = (offset.squaredLength, radius * radius)
    let inverse = 1 / squared
    let root = inverse.squareRoots
    let direction = offset * root
    // Of the half angle under which the sphere is seen.
    let squaredSine = (nearest * inverse).atMost(1)
    let (sinSphere, cosSphere) = (squaredSine.squareRoots, (1 - squaredSine).squareRoots)

    let onReceiver = dot(PacketVector(n), direction)
    let received = (onReceiver * onReceiver * (1 - 0.75 * squaredSine) + 0.25 * squaredSine).squareRoots

    let cosTheta = dot(axis, direction)
    let sinTheta = (1 - cosTheta * cosTheta).atLeast(0).squareRoots
    // θ less the normals' angle, then less the angle under which the sphere is seen; never below 0.
    let isInCone = cosTheta .>= cosine
    let c = (cosTheta * cosine + sinTheta * sine).replacing(with: 1, where: isInCone)
    let s = (sinTheta * cosine - cosTheta * sine).replacing(with: 0, where: isInCone)
    let best = one.replacing(with: c * cosSphere + s * sinSphere, where: c .< cosSphere)
      .replacing(with: one, where: cosine .<= -1)
    let crossed = PacketVector(
      direction.y * direction.z, direction.z * direction.x, direction.x * direction.y)
    let second = dot(squares, direction * direction) + 2 * dot(products, crossed)
    let linear: Packet = 0.5 * dot(first, direction)
    let quadratic: Packet = 0.46875 * second - 0.15625
    let mean: Packet = 0.25 + cosSphere * (linear + cosSphere * quadratic)
    // Rounding must not hide a light that shines at a grazing angle.
    let sent = mean.atLeast(0.1 * best).atMost(best.atLeast(1e-3)).kept(where: best .> -1e-3)
    let outside = power * inverse * received.atLeast(0.1) * sent
    return outside.replacing(with: 0.125 * power / nearest.atLeast(1e-12), where: squared .<= nearest)
  }
}

extension SIMD8<Float> {
  /// Of weights, as `choice` adds them.
  @inline(__always) var sumInOrder: Float {
    var sum: Float = 0
    for lane in 0..<8 { sum += self[lane] }
    return sum
  }

  /// One of eight weights with the probability of its share.
  ///
  /// - Returns: the lane, its share, and u stretched to [0, 1) within it; `nil` when all weights are 0.
  @inline(__always) func choice(_ u: Float) -> (lane: Int, probability: Float, remainder: Float)? {
    var (before, sum) = (Self(repeating: 0), Float(0))
    for lane in 0..<8 {
      before[lane] = sum
      sum += self[lane]
    }
    guard sum > 0, sum < .infinity else { return nil }
    let target = u * sum
    // The last lane that has a weight and begins before the target.
    let candidates = PacketBits((before .<= target) .& (self .> 0)).bits
    let lane = 7 - candidates.leadingZeroBitCount
    guard lane >= 0 else { return nil }
    let weight = self[lane]
    return (lane, weight / sum, Swift.min((target - before[lane]) / weight, 0x1.fffffep-1))
  }
}
