/// A light, or one triangle of it, in a light tree.
struct LightItem {
  var emitter: Int32
  /// Triangle of the emitter's mesh; −1 for the whole light.
  var triangle: Int32
  /// Its leaf.
  var node: Int32
}

/// A set of lights by what bounds their effect: a sphere around them, a cone around their normals and their power.
struct LightNode {
  var center: Vector3
  var axis: Vector3
  var radius: Float
  /// Cosine and sine of the normals' half angle around `axis`; (−1, 0) for any direction.
  var cosine: Float
  var sine: Float
  var power: Float
  /// The second child; the first is the next node. The item instead, in a leaf.
  var second: Int32
  var parent: Int32
  var isLeaf: Bool
}

extension LightNode {
  /// Power · cos θᵢ′ · cos θ′ / d² with the most favourable angles that any point and normal inside allows; 0 only where
  /// no light of the set can shine (Conty Estévez & Kulla 2018, eq. 3).
  ///
  /// - Parameter n: normal of the lit surface. Its cosine counts on both sides and never for less than a tenth, since
  ///   shading normals and transmission see light that the surface itself does not.
  @inline(__always) func importance(at p: Vector3, _ n: Vector3) -> Float {
    let offset = p - center
    let squared = offset.squaredLength
    guard squared > radius * radius else { return power / max(radius * radius, 1e-12) }
    let inverse = 1 / squared
    let root = inverse.squareRoot()
    let sinSphere = radius * root
    let cosSphere = max(1 - sinSphere * sinSphere, 0).squareRoot()
    let cosReceiver = min(abs(dot(n, offset)) * root, 1)
    let received =
      cosReceiver >= cosSphere
      ? 1 : cosReceiver * cosSphere + (1 - cosReceiver * cosReceiver).squareRoot() * sinSphere
    let arriving = power * inverse * max(received, 0.1)
    guard cosine > -1 else { return arriving }
    let cosTheta = dot(axis, offset) * root
    let sinTheta = max(1 - cosTheta * cosTheta, 0).squareRoot()
    // θ less the normals' angle, then less the angle under which the sphere is seen; never below 0.
    var (c, s) = (cosTheta * cosine + sinTheta * sine, sinTheta * cosine - cosTheta * sine)
    if cosTheta >= cosine { (c, s) = (1, 0) }
    let best = c >= cosSphere ? 1 : c * cosSphere + s * sinSphere
    // Rounding must not hide a light that shines at a grazing angle.
    return best > -1e-3 ? arriving * max(best, 1e-3) : 0
  }
}

/// Chooses one of many lights for a point (Conty Estévez & Kulla 2018, "Importance Sampling of Many Lights with
/// Adaptive Tree Splitting", without the splitting): from the root down, each child with the share of its importance.
struct LightTree {
  let nodes: UnsafePointer<LightNode>
  let items: UnsafePointer<LightItem>

  /// - Returns: `nil` when no light of the tree can shine on `p`.
  @inline(__always)
  func sample(from p: Vector3, normal n: Vector3, _ u: Float) -> (item: Int, probability: Float)? {
    TreeDescent(nodes: nodes).sample(u) { $0.importance(at: p, n) }
  }

  /// The probability with which `sample` chooses an item for the point `p`.
  func probability(of item: Int, from p: Vector3, normal n: Vector3) -> Float {
    TreeDescent(nodes: nodes).probability(ofLeaf: Int(items[item].node)) { $0.importance(at: p, n) }
  }
}

/// How lights are chosen when there are many: a tree over those that are somewhere, beside those that are infinitely far.
struct LightChoice {
  let tree: LightTree
  /// Probability of each distant emitter, the last entry that of the tree.
  let groups: CumulativeTable
  /// Emitters behind all entries but the last.
  let distant: UnsafePointer<Int32>

  /// Probability of choosing from the tree.
  @inline(__always) var treeShare: Float { groups.probability(groups.count - 1) }
}
