/// Splits lights, or what is chosen as lights are, from the top down by the surface area orientation heuristic.
struct TreeTopology {
  private let bounds: [LightBounds]
  private var order: [Int]
  /// The item of a leaf is its `second`; bounds are left to be filled in. Children lie behind their parents.
  private(set) var nodes: [LightNode] = []

  private static let bins = 12
  /// Below this depth sets are halved, which ends lists that no plane divides.
  private static let maximumHeuristicDepth = 48

  init(bounds: [LightBounds]) {
    self.bounds = bounds
    order = Array(bounds.indices)
  }

  mutating func build() {
    nodes.reserveCapacity(2 * bounds.count)
    build(0..<bounds.count, parent: -1, depth: 0)
  }

  private mutating func build(_ range: Range<Int>, parent: Int32, depth: Int) {
    let index = nodes.count
    guard range.count > 1 else {
      nodes.append(LightBounds().node(second: Int32(order[range.lowerBound]), parent: parent, isLeaf: true))
      return
    }
    nodes.append(LightBounds().node(second: 0, parent: parent, isLeaf: false))
    let middle = split(range, depth: depth)
    build(range.lowerBound..<middle, parent: Int32(index), depth: depth + 1)
    nodes[index].second = Int32(nodes.count)
    build(middle..<range.upperBound, parent: Int32(index), depth: depth + 1)
  }

  /// Reorders a part of `order` and returns where its second half begins.
  private mutating func split(_ range: Range<Int>, depth: Int) -> Int {
    var (low, high) = (Vector3(repeating: .infinity), Vector3(repeating: -.infinity))
    for i in range {
      low = pointwiseMin(low, bounds[order[i]].centroid)
      high = pointwiseMax(high, bounds[order[i]].centroid)
    }
    let extent = high - low
    let axis = extent.x >= max(extent.y, extent.z) ? 0 : (extent.y >= extent.z ? 1 : 2)
    let half = range.lowerBound + range.count / 2
    guard extent[axis] > 0, extent[axis].isFinite, depth < Self.maximumHeuristicDepth else { return half }
    let scale = Float(Self.bins) / extent[axis]
    func bin(_ item: Int) -> Int {
      min(max(Int((bounds[item].centroid[axis] - low[axis]) * scale), 0), Self.bins - 1)
    }
    var content = [LightBounds](repeating: LightBounds(), count: Self.bins)
    for i in range { content[bin(order[i])].formUnion(bounds[order[i]]) }
    let plane = bestPlane(content)
    let second = order[range].partition { bin($0) >= plane }
    return second > range.lowerBound && second < range.upperBound ? second : half
  }

  /// The first bin of the second part.
  private func bestPlane(_ content: [LightBounds]) -> Int {
    var costs = [Float](repeating: 0, count: content.count)
    var sum = LightBounds()
    for k in 0..<(content.count - 1) {
      sum.formUnion(content[k])
      costs[k + 1] += sum.cost
    }
    sum = LightBounds()
    for k in (1..<content.count).reversed() {
      sum.formUnion(content[k])
      costs[k] += sum.cost
    }
    return (1..<content.count).min { costs[$0] < costs[$1] } ?? content.count / 2
  }
}
