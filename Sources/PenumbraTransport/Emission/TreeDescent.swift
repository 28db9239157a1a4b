/// Random choice of a leaf of a binary tree: from the root down, each child with the share of its importance.
///
/// The first child of a node is the next node.
struct TreeDescent {
  let nodes: UnsafePointer<LightNode>

  /// - Returns: the item of the leaf; `nil` when nothing in the tree is important.
  @inline(__always)
  func sample(_ u: Float, importance: (LightNode) -> Float) -> (item: Int, probability: Float)? {
    var (node, rest, probability) = (0, u, Float(1))
    while !nodes[node].isLeaf {
      let (first, second) = (node + 1, Int(nodes[node].second))
      let a = importance(nodes[first])
      let b = importance(nodes[second])
      let sum = a + b
      guard sum > 0 else { return nil }
      let share = a / sum
      if rest < share {
        rest /= share
        probability *= share
        node = first
      } else {
        rest = (rest - share) / (1 - share)
        // Not 1 − share, which loses the digits of an unlikely choice.
        probability *= b / sum
        node = second
      }
      rest = min(rest, 0x1.fffffep-1)
    }
    return probability > 0 ? (Int(nodes[node].second), probability) : nil
  }

  /// The probability with which `sample` arrives at a leaf.
  @inline(__always) func probability(ofLeaf leaf: Int, importance: (LightNode) -> Float) -> Float {
    var node = leaf
    var probability: Float = 1
    while nodes[node].parent >= 0 {
      let parent = Int(nodes[node].parent)
      let sibling = node == parent + 1 ? Int(nodes[parent].second) : parent + 1
      let own = importance(nodes[node])
      guard own > 0 else { return 0 }
      probability *= own / (own + importance(nodes[sibling]))
      node = parent
    }
    return probability
  }
}
