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

  /// A point's way down the tree.
  struct Way {
    let point: Vector3
    let normal: Vector3
    fileprivate var cluster: UnsafePointer<LightCluster>
    fileprivate var rest: Float
    fileprivate(set) var probability: Float = 1
    /// Where it ends; −1 when no light of the tree can shine on the point.
    fileprivate(set) var item = -1
  }

  /// The beginning of a way.
  ///
  /// - Parameter u: uniform in [0, 1).
  @inline(__always) func way(from point: Vector3, normal: Vector3, _ u: Float) -> Way {
    Way(point: point, normal: normal, cluster: clusters, rest: u)
  }

  /// - Returns: `nil` when no light of the tree can shine on `p`.
  func sample(from p: Vector3, normal n: Vector3, _ u: Float) -> (item: Int, probability: Float)? {
    var way = way(from: p, normal: n, u)
    while descend(&way) {}
    return way.item >= 0 ? (way.item, way.probability) : nil
  }

  /// Follows ways to their ends, level by level: what is computed for one depends on every step before, so that several at
  /// once take little longer.
  func follow(_ ways: UnsafeMutablePointer<Way>, _ which: PacketBits) {
    var going = which.bits
    while going != 0 {
      var left = going
      while left != 0 {
        let i = left.trailingZeroBitCount
        left &= left &- 1
        if !descend(&ways[i]) { going ^= 1 << i }
      }
    }
  }

  /// - Returns: whether the way goes on.
  @inline(__always) private func descend(_ way: inout Way) -> Bool {
    let cluster = way.cluster
    guard let chosen = cluster.pointee.importances(at: way.point, way.normal).choice(way.rest) else { return false }
    way.probability *= chosen.probability
    way.rest = chosen.remainder
    let child = Int(cluster.pointee.children[chosen.lane])
    if cluster.pointee.leaves.contains(chosen.lane) {
      if way.probability > 0 { way.item = child }
      return false
    }
    way.cluster = clusters + child
    return true
  }

  /// The probability with which `sample` chooses an item for the point `p`.
  func probability(of item: Int, from p: Vector3, normal n: Vector3) -> Float {
    var (place, probability) = (Int(items[item].place), Float(1))
    while place >= 0 {
      let cluster = clusters + place / 8
      let importances = cluster.pointee.importances(at: p, n)
      let own = importances[place % 8]
      guard own > 0 else { return 0 }
      probability *= own / importances.total
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
