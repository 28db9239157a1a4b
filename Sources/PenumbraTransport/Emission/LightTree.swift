/// A light, or one triangle of it, in a light tree.
struct LightItem {
  var emitter: Int32
  /// Triangle of the emitter's mesh; −1 for the whole light.
  var triangle: Int32
  /// Its cluster times eight, plus its lane in it.
  var place: Int32
}

/// A set of lights by what bounds their effect: a sphere around them, a cone around their normals and their power.
struct LightNode {
  var center: Vector3
  /// Half the sides of the box around them, which has the same centre.
  var halfExtent: Vector3
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

/// Chooses one of many lights for a point (Conty Estévez & Kulla 2018, "Importance Sampling of Many Lights with
/// Adaptive Tree Splitting", without the splitting): from the root down, each of eight children with the share of its
/// importance.
struct LightTree {
  /// The root first.
  let clusters: UnsafePointer<LightCluster>
  let items: UnsafePointer<LightItem>

  /// - Returns: `nil` when no light of the tree can shine on `p`.
  func sample(from p: Vector3, normal n: Vector3, _ u: Float) -> (item: Int, probability: Float)? {
    var (cluster, rest, probability) = (clusters, u, Float(1))
    while true {
      let importances = cluster.pointee.importances(at: p, n)
      guard let chosen = importances.choice(rest) else { return nil }
      probability *= chosen.probability
      rest = chosen.remainder
      let child = Int(cluster.pointee.children[chosen.lane])
      if cluster.pointee.leaves.contains(chosen.lane) { return probability > 0 ? (child, probability) : nil }
      cluster = clusters + child
    }
  }

  /// The probability with which `sample` chooses an item for the point `p`.
  func probability(of item: Int, from p: Vector3, normal n: Vector3) -> Float {
    var (place, probability) = (Int(items[item].place), Float(1))
    while place >= 0 {
      let cluster = clusters + place / 8
      let importances = cluster.pointee.importances(at: p, n)
      let own = importances[place % 8]
      guard own > 0 else { return 0 }
      probability *= own / importances.sumInOrder
      place = Int(cluster.pointee.place)
    }
    return probability
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
