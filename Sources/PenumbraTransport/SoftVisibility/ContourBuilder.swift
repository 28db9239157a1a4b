import Foundation

/// Finds the outlines of objects from a viewpoint: edges on which the object ends, and beyond which a line of sight passes
/// it. Folds that the object itself stands behind are no part of its outline.
struct ContourBuilder {
  let scene: KernelScene
  let viewpoint: Viewpoint
  /// Radius of the scene, from outside of which parallel lines of sight start.
  let reach: Float
  private let geometry: EdgeGeometry

  /// Pieces per rim, and the most per edge of a mesh.
  private static let rimPieces = 96
  private static let largestSplit = 16
  /// Surfaces that a line of sight may pass before it is given up.
  private static let largestMarch = 64

  init(scene: KernelScene, viewpoint: Viewpoint, reach: Float) {
    self.scene = scene
    self.viewpoint = viewpoint
    self.reach = reach
    geometry = EdgeGeometry(scene: scene)
  }

  /// - Parameter edges: those of each member, in the same order.
  func contours(of objects: SoftObjects, edges: [[EdgeRecord]]) -> ContourSet {
    var result: [ContourObject] = []
    var clusters: [ContourCluster] = []
    var pieces: [ContourPiece] = []
    for (member, edges) in zip(objects.members, edges) {
      var object = ContourObject(
        shape: member.shape, instance: member.instance, kind: scene.shapes[Int(member.shape)].kind)
      if object.isSphere {
        (object.center, object.radius) = geometry.sphere(object.edge)
      } else {
        let candidates = candidates(edges)
        let bounds = ContourCluster.bounds(candidates)
        (object.center, object.radius) = (bounds.center, bounds.radius)
        var own = candidates.compactMap { outer($0, object) }
        let parts = ContourCluster.split(&own, offset: pieces.count)
        (object.first, object.count) = (Int32(clusters.count), Int32(parts.count))
        clusters += parts
        pieces += own
      }
      result.append(object)
    }
    return ContourSet(objects: result, clusters: clusters, pieces: pieces)
  }

  /// Parts of the edges that may be outlines.
  private func candidates(_ edges: [EdgeRecord]) -> [ContourPiece] {
    let candidates = edges.filter { $0.kind != .side && ($0.kind != .mesh || isSilhouette($0)) }
    let size = ContourCluster.bounds(
      candidates.flatMap { pieces($0, count: $0.kind == .mesh ? 1 : 4) }
    ).radius
    return candidates.flatMap { pieces($0, count: count($0, size: size)) }
  }

  private func isSilhouette(_ edge: EdgeRecord) -> Bool {
    let middle = geometry.point(edge, 0.5)
    return middle.outward(viewpoint.direction(from: middle.position)) != nil
  }

  /// Long edges come in parts, since the object may stand behind some of them.
  private func count(_ edge: EdgeRecord, size: Float) -> Int {
    guard edge.kind == .mesh else { return Self.rimPieces }
    let (a, b) = geometry.ends(edge)
    let parts = 8 * (b - a).length / max(size, .leastNormalMagnitude)
    return parts < Float(Self.largestSplit) ? max(Int(parts.rounded(.up)), 1) : Self.largestSplit
  }

  private func pieces(_ edge: EdgeRecord, count: Int) -> [ContourPiece] {
    (0..<count).map { i in
      let a = geometry.point(edge, Float(i) / Float(count))
      let b = geometry.point(edge, Float(i + 1) / Float(count))
      return ContourPiece(
        kind: edge.kind == .mesh ? .mesh : .rim, edge: edge, start: a.position, end: b.position, localStart: a.local,
        localEnd: b.local, inner: (a.position + b.position) * 0.5)
    }
  }

  /// The piece when a line of sight just beyond it misses the object.
  private func outer(_ piece: ContourPiece, _ object: ContourObject) -> ContourPiece? {
    let t = piece.kind == .mesh ? (piece.localStart.y + piece.localEnd.y) * 0.5 : Self.parameter(piece)
    let middle = geometry.point(piece.edge, t)
    guard let outward = middle.outward(viewpoint.direction(from: middle.position)) else { return nil }
    let probe = Self.probe * object.radius
    guard !meets(object, viewpoint.ray(through: middle.position + outward * probe, reach: reach)) else { return nil }
    var piece = piece
    piece.inner = middle.position - outward * probe
    return piece
  }

  /// Distance beside an edge at which it is looked at, in radii of the object.
  private static let probe: Float = 2e-3

  /// Parameter of the middle of a piece of a rim.
  private static func parameter(_ piece: ContourPiece) -> Float {
    let middle = piece.localStart + piece.localEnd
    let turns = atan2(middle.y, middle.x) / (2 * .pi)
    return turns < 0 ? turns + 1 : turns
  }

  private func meets(_ object: ContourObject, _ ray: Ray) -> Bool {
    var ray = ray
    for _ in 0..<Self.largestMarch {
      guard let hit = scene.intersect(ray) else { return false }
      if hit.shape == object.shape && hit.instance == object.instance { return true }
      ray.near = hit.distance + (1 + hit.distance) * RayOffset.epsilon
    }
    return false
  }
}
