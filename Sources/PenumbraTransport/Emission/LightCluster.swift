/// Up to eight sets of lights, side by side in SIMD lanes: the children of a node of a light tree.
struct LightCluster {
  /// Of spheres around the lights.
  var center = PacketVector(Packet(repeating: 1e9))
  var radius = Packet(repeating: 0)
  /// Cones around the normals, as in `LightNode`.
  var axis = PacketVector.zero
  var cosine = Packet(repeating: -1)
  var sine = Packet(repeating: 0)
  /// 0 in lanes that hold nothing.
  var power = Packet(repeating: 0)
  /// Numbers of clusters, or of items in `leaves`.
  var children = SIMD8<Int32>(repeating: 0)
  var leaves = PacketBits()
  /// The cluster above times eight, plus the lane in it; −1 for the root.
  var place: Int32

  init(place: Int32) { self.place = place }

  mutating func set(_ lane: Int, _ node: LightNode) {
    (center.x[lane], center.y[lane], center.z[lane]) = (node.center.x, node.center.y, node.center.z)
    (axis.x[lane], axis.y[lane], axis.z[lane]) = (node.axis.x, node.axis.y, node.axis.z)
    (radius[lane], cosine[lane], sine[lane], power[lane]) = (node.radius, node.cosine, node.sine, node.power)
  }

  /// Power · cos θᵢ′ · cos θ′ / d² of every child with the most favourable angles that any point and normal inside allows; 0 only
  /// where no light of the set can shine (Conty Estévez & Kulla 2018, eq. 3).
  ///
  /// - Parameter n: normal of the lit surface. Its cosine counts on both sides and never for less than a tenth, since
  ///   shading normals and transmission see light that the surface itself does not.
  @inline(__always) func importances(at p: Vector3, _ n: Vector3) -> Packet {
    let one = Packet(repeating: 1)
    let offset = PacketVector(p) - center
    let (squared, nearest) = (offset.squaredLength, radius * radius)
    let inverse = 1 / squared
    let root = inverse.squareRoots
    let sinSphere = radius * root
    let cosSphere = (1 - sinSphere * sinSphere).atLeast(0).squareRoots
    let cosReceiver = (dot(PacketVector(n), offset).magnitudes * root).atMost(1)
    let turned = cosReceiver * cosSphere + (1 - cosReceiver * cosReceiver).atLeast(0).squareRoots * sinSphere
    let received = one.replacing(with: turned, where: cosReceiver .< cosSphere)
    let arriving = power * inverse * received.atLeast(0.1)
    let cosTheta = dot(axis, offset) * root
    let sinTheta = (1 - cosTheta * cosTheta).atLeast(0).squareRoots
    // θ less the normals' angle, then less the angle under which the sphere is seen; never below 0.
    let isInCone = cosTheta .>= cosine
    let c = (cosTheta * cosine + sinTheta * sine).replacing(with: 1, where: isInCone)
    let s = (sinTheta * cosine - cosTheta * sine).replacing(with: 0, where: isInCone)
    let best = one.replacing(with: c * cosSphere + s * sinSphere, where: c .< cosSphere)
    // Rounding must not hide a light that shines at a grazing angle.
    let towards = (arriving * best.atLeast(1e-3)).kept(where: best .> -1e-3)
    let outside = towards.replacing(with: arriving, where: cosine .<= -1)
    let isInside = squared .<= nearest
    if PacketBits(isInside).isEmpty { return outside }
    return outside.replacing(with: power / nearest.atLeast(1e-12), where: isInside)
  }
}

extension SIMD8<Float> {
  /// Of weights, as `choice` adds them.
  @inline(__always) var total: Float { runningSums[7] }

  /// One of eight weights with the probability of its share.
  ///
  /// - Returns: the lane, its share, and u stretched to [0, 1) within it; `nil` when all weights are 0.
  @inline(__always) func choice(_ u: Float) -> (lane: Int, probability: Float, remainder: Float)? {
    let sums = runningSums
    let (before, sum) = (sums.shifted, sums[7])
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
