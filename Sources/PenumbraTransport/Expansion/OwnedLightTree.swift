/// Owner of a light tree: its topology is built once and its bounds follow θ, in one sweep from the leaves to the root.
final class OwnedLightTree {
  private let items: OwnedBuffer<LightItem>
  private let nodes: OwnedBuffer<LightNode>
  private var clusters: OwnedBuffer<LightCluster>
  private let groups: OwnedBuffer<Float>
  private let distant: OwnedBuffer<Int32>

  /// From this many lights, triangles of emitting meshes counted one by one, a tree is worth its traversal.
  static let minimumItems = 16
  /// Part of each light's power that is the same for all: a light that is dark now may have a derivative.
  static let uniformShare: Float = 0.1
  /// Total cost of the nodes as built; lights that moved far apart make it grow.
  private var builtCost: Float = 0

  /// - Parameter emitters: records with their selection probabilities; where their items begin is written to them.
  /// - Returns: `nil` for few lights.
  init?(emitters: OwnedBuffer<EmitterRecord>, shapes: OwnedBuffer<ShapeRecord>, values: UnsafePointer<Float>) {
    var (list, far): ([LightItem], [Int32]) = ([], [])
    for index in 0..<emitters.count {
      let record = emitters.base + index
      let emitter = Int32(truncatingIfNeeded: index)
      record.pointee.firstItem = Int32(truncatingIfNeeded: list.count)
      switch record.pointee.kind {
      case .constant, .environment, .directional: far.append(emitter)
      case .point, .spot, .projector: list.append(LightItem(emitter: emitter, triangle: -1, place: -1))
      case .area:
        let shape = shapes.base[Int(record.pointee.shape)]
        record.pointee.isSplit = shape.kind == .mesh && !shape.isRectangle
        if record.pointee.isSplit {
          list += (0..<shape.triangleCount).map { LightItem(emitter: emitter, triangle: $0, place: -1) }
        } else {
          list.append(LightItem(emitter: emitter, triangle: -1, place: -1))
        }
      }
    }
    guard list.count >= Self.minimumItems else { return nil }
    let source = LightSource(emitters: emitters, shapes: shapes, values: values)
    var builder = TreeTopology(bounds: list.map { source.bounds($0) })
    builder.build()
    items = OwnedBuffer(list)
    nodes = OwnedBuffer(builder.nodes)
    clusters = OwnedBuffer([])
    groups = OwnedBuffer(repeating: 0, count: far.count + 1)
    distant = OwnedBuffer(far)
    _ = refit(emitters: emitters, shapes: shapes, values: values)
  }

  /// Follows moved or changed lights; children lie behind their parents.
  ///
  /// - Returns: whether the topology still suits them.
  func refit(
    emitters: OwnedBuffer<EmitterRecord>, shapes: OwnedBuffer<ShapeRecord>, values: UnsafePointer<Float>
  ) -> Bool {
    var cost: Float = 0
    let source = LightSource(emitters: emitters, shapes: shapes, values: values)
    var bounds = [LightBounds](repeating: LightBounds(), count: nodes.count)
    for index in (0..<nodes.count).reversed() {
      let node = nodes.base[index]
      if node.isLeaf {
        bounds[index] = source.bounds(items.base[Int(node.second)])
      } else {
        bounds[index].formUnion(bounds[index + 1])
        bounds[index].formUnion(bounds[Int(node.second)])
      }
      cost += bounds[index].cost
      nodes.base[index] = bounds[index].node(second: node.second, parent: node.parent, isLeaf: node.isLeaf)
    }
    clusters = OwnedBuffer(clustered())
    let shares = (0..<distant.count).map { emitters.base[Int(distant.base[$0])].selection }
    let weights = shares + [max(1 - shares.reduce(0, +), 0)]
    _ = weights.withUnsafeBufferPointer { CumulativeTable.fill(groups.base, weights: $0) }
    for (index, emitter) in distant.buffer.enumerated() {
      emitters.base[Int(emitter)].selection = choice.groups.probability(index)
    }
    if builtCost == 0 { builtCost = cost }
    return cost <= 2 * builtCost
  }

  /// The binary tree with up to eight children per node; items are told where they are.
  ///
  /// The largest sets are taken apart, whatever their power, and stay in their order: the same random number then chooses
  /// neighbouring lights before and after a small change of θ.
  private func clustered() -> [LightCluster] {
    var result = [LightCluster(place: -1)]
    // Nodes with the ends of their subtrees, and the clusters of their children.
    var open = [(node: 0, end: nodes.count, cluster: 0)]
    while let (node, end, cluster) = open.popLast() {
      var children = parts(node, end)
      while children.count < 8 {
        let sizes = children.map { $0.end - $0.node }
        // Leaves have size 1.
        guard let largest = sizes.max(), largest > 1, let at = sizes.firstIndex(of: largest) else { break }
        children.replaceSubrange(at...at, with: parts(children[at].node, children[at].end))
      }
      for (lane, child) in children.enumerated() {
        let place = Int32(8 * cluster + lane)
        let record = nodes.base[child.node]
        result[cluster].set(lane, record)
        if record.isLeaf {
          result[cluster].children[lane] = record.second
          result[cluster].leaves.insert(lane)
          items.base[Int(record.second)].place = place
        } else {
          result[cluster].children[lane] = Int32(result.count)
          open.append((child.node, child.end, result.count))
          result.append(LightCluster(place: place))
        }
      }
    }
    return result
  }

  private func parts(_ node: Int, _ end: Int) -> [(node: Int, end: Int)] {
    let second = Int(nodes.base[node].second)
    return [(node + 1, second), (second, end)]
  }

  var choice: LightChoice {
    LightChoice(
      tree: LightTree(clusters: UnsafePointer(clusters.base), items: UnsafePointer(items.base)),
      groups: CumulativeTable(cumulative: UnsafePointer(groups.base), count: groups.count),
      distant: UnsafePointer(distant.base))
  }
}

/// Bounds of single lights.
private struct LightSource {
  let emitters: OwnedBuffer<EmitterRecord>
  let shapes: OwnedBuffer<ShapeRecord>
  let values: UnsafePointer<Float>

  func bounds(_ item: LightItem) -> LightBounds {
    let record = emitters.base[Int(item.emitter)]
    guard record.kind == .area else { return point(record) }
    let shape = shapes.base[Int(record.shape)]
    guard shape.kind == .mesh else {
      let (low, high) = AnalyticShape.bounds(values + Int(shape.matrix), shape.kind)
      var result = LightBounds(low: low, high: high, angle: .pi, power: record.selection)
      if shape.kind == .disk {
        let map = AffineMap<Float>(rowMajor: values + Int(shape.matrix))
        let normal = cross(map.x.value, map.y.value)
        if normal.squaredLength > 0 { (result.axis, result.angle) = (normal.normalized * shape.orientation, 0) }
      }
      return result
    }
    let triangle = max(item.triangle, 0)
    let (i0, i1, i2) = shape.corners(triangle)
    var corners = [i0, i1, i2].map { ShapeRecord.load(values, shape.positions, $0) }
    let normal = cross(corners[1] - corners[0], corners[2] - corners[0])
    if item.triangle < 0 { corners.append(ShapeRecord.load(values, shape.positions, 3)) }
    let share = item.triangle < 0 ? 1 : 0.5 * normal.length / max(shape.area, 1e-30)
    var result = LightBounds(angle: .pi, power: record.selection * share)
    for corner in corners {
      result.low = pointwiseMin(result.low, corner)
      result.high = pointwiseMax(result.high, corner)
    }
    if normal.squaredLength > 0 { (result.axis, result.angle) = (normal.normalized * shape.orientation, 0) }
    return result
  }

  private func point(_ record: EmitterRecord) -> LightBounds {
    let p = values + Int(record.location)
    let position = record.isProfile ? Vector3(p[3], p[7], p[11]) : Vector3(p[0], p[1], p[2])
    return LightBounds(low: position, high: position, angle: .pi, power: record.selection)
  }
}
