import Foundation

/// The nearest point of an object's outline beside a line.
struct ContourPoint {
  var edge: EdgeRecord
  var position: Vector3
  /// As in `EdgePoint`.
  var local: Vector3
  /// Distance from the line: the angle seen from its start, or the length across it for parallel lines of sight.
  var distance: Float
  /// Unit vector across the line, towards the point.
  var across: Vector3
  /// Distance from the line's start, and along the line.
  var range: Float
  var depth: Float
  /// A point near it on whose line of sight the object is.
  var inner: Vector3
}

/// A line of sight among outlines.
struct SightLine {
  let origin: Vector3
  let direction: Vector3
  /// Whether distances are lengths across the line rather than angles.
  let isParallel: Bool
  private let frame: Frame

  init(origin: Vector3, direction: Vector3, isParallel: Bool) {
    self.origin = origin
    self.direction = direction
    self.isParallel = isParallel
    frame = Frame(normal: direction)
  }

  /// Tangent of the widest angle that still counts as beside the line.
  private static let widest: Float = 4
  private static let largestAngle = Float(1.326)

  /// - Parameter reach: distance beyond which outlines do not matter.
  func nearest(_ object: ContourObject, _ table: ContourTable, _ geometry: EdgeGeometry, reach: Float) -> ContourPoint?
  {
    let offset = object.center - origin
    let depth = dot(offset, direction)
    let side = offset - direction * depth
    guard let bound = lowerBound(depth, side.length, object.radius), bound <= reach else { return nil }
    let found = object.isSphere ? sphere(object, depth, side, geometry) : pieces(object, table, geometry)
    guard let found, found.distance <= reach, found.distance < (isParallel ? .infinity : Self.largestAngle) else {
      return nil
    }
    return found
  }

  /// The least distance from the line of a sphere around the outline; negative inside, `nil` behind the start.
  private func lowerBound(_ depth: Float, _ side: Float, _ radius: Float) -> Float? {
    if isParallel { return side - radius }
    let range = (depth * depth + side * side).squareRoot()
    guard range > radius else { return -1 }
    return atan2(side, depth) - asin(radius / range)
  }

  /// The outline of a sphere is a circle around the direction of its centre.
  private func sphere(_ object: ContourObject, _ depth: Float, _ side: Vector3, _ geometry: EdgeGeometry)
    -> ContourPoint?
  {
    let width = side.length
    let toCenter = width > 1e-12 ? side * (1 / width) : frame.s
    let inner: Float
    let (range, position): (Float, Vector3)
    if isParallel {
      inner = object.radius - width
      position = origin + direction * depth + toCenter * (width - object.radius)
      range = depth
    } else {
      let squared = depth * depth + width * width
      let radius2 = object.radius * object.radius
      guard squared > radius2 * 1.000_001 else { return nil }
      inner = asin(object.radius / squared.squareRoot()) - atan2(width, depth)
      range = (squared - radius2).squareRoot()
      position = origin + (direction * cos(inner) - toCenter * sin(inner)) * range
    }
    let edge = object.edge
    let local = geometry.map(edge).preimage(of: Vector(position)).value
    return ContourPoint(
      edge: edge, position: position, local: local, distance: abs(inner),
      across: inner > 0 ? toCenter * -1 : toCenter, range: range,
      depth: isParallel ? depth : range * cos(inner), inner: object.center)
  }

  /// The least distance over all pieces, and over the sides of a cylinder.
  private func pieces(_ object: ContourObject, _ table: ContourTable, _ geometry: EdgeGeometry) -> ContourPoint? {
    var best = isParallel ? Float.infinity : Self.widest * Self.widest
    var choice = (piece: -1, t: Float(0))
    for cluster in Int(object.first)..<Int(object.first + object.count) {
      let cluster = table.clusters + cluster
      guard mayApproach(cluster.pointee, best) else { continue }
      for i in Int(cluster.pointee.first)..<Int(cluster.pointee.first + cluster.pointee.count) {
        guard let found = approach(table.pieces[i].start, table.pieces[i].end), found.squared < best else { continue }
        best = found.squared
        choice = (i, found.t)
      }
    }
    if object.kind == .cylinder, let side = side(of: object, geometry, closerThan: best) { return side }
    guard choice.piece >= 0 else { return nil }
    let piece = table.pieces[choice.piece]
    var local = piece.localStart + (piece.localEnd - piece.localStart) * choice.t
    var position = piece.start + (piece.end - piece.start) * choice.t
    if piece.kind == .rim {
      let scale = 1 / (local.x * local.x + local.y * local.y).squareRoot()
      local = Vector3(local.x * scale, local.y * scale, local.z)
      position = geometry.map(piece.edge).point(Vector(local)).value
    }
    return point(piece.edge, position, local, inner: piece.inner)
  }

  /// Whether a cluster may have a point closer than `best`, a squared distance in the plane at distance 1.
  private func mayApproach(_ cluster: ContourCluster, _ best: Float) -> Bool {
    let offset = cluster.center - origin
    let depth = dot(offset, direction)
    let side = (offset - direction * depth).length
    guard !isParallel else { return side <= cluster.radius || (side - cluster.radius) * (side - cluster.radius) < best }
    guard depth > cluster.radius else { return true }
    // The nearest line of sight to the sphere has a slope of at least (side − r) / (depth + r).
    let slope = (side - cluster.radius) / (depth + cluster.radius)
    return slope <= 0 || slope * slope < best
  }

  /// The nearest point of a segment: seen along the line, it is a segment of the plane at distance 1.
  ///
  /// - Returns: the squared distance in that plane, and where on the segment; `nil` behind the start.
  private func approach(_ start: Vector3, _ end: Vector3) -> (squared: Float, t: Float)? {
    var (a, b) = (frame.toLocal(start - origin), frame.toLocal(end - origin))
    var (first, last): (Float, Float) = (0, 1)
    if !isParallel {
      let least = 1e-4 * max(abs(a.z), abs(b.z))
      guard a.z > least || b.z > least else { return nil }
      let (from, to) = (a, b)
      if a.z < least {
        first = (least - from.z) / (to.z - from.z)
        a = from + (to - from) * first
      }
      if b.z < least {
        last = (least - from.z) / (to.z - from.z)
        b = from + (to - from) * last
      }
    }
    let (wa, wb): (Float, Float) = isParallel ? (1, 1) : (1 / a.z, 1 / b.z)
    let p = SIMD2(a.x, a.y) * wa
    let along = SIMD2(b.x, b.y) * wb - p
    let squared = (along * along).sum()
    let u = squared > 0 ? min(max(-(p * along).sum() / squared, 0), 1) : 0
    let q = p + along * u
    // From the plane back to the edge: weights of the ends by their depths.
    let s = u * wb / ((1 - u) * wa + u * wb)
    return ((q * q).sum(), first + (last - first) * s)
  }

  /// The two lines along which lines of sight touch the side of a cylinder.
  private func side(of object: ContourObject, _ geometry: EdgeGeometry, closerThan limit: Float) -> ContourPoint? {
    let map = geometry.map(object.edge)
    let (middle, half): (Float, Float)
    if isParallel {
      let local = map.preimage(of: Vector(map.translation.value - direction)).value
      guard local.x != 0 || local.y != 0 else { return nil }
      (middle, half) = (atan2(local.y, local.x), .pi / 2)
    } else {
      let local = map.preimage(of: Vector(origin)).value
      let radius = (local.x * local.x + local.y * local.y).squareRoot()
      guard radius > 1 else { return nil }
      (middle, half) = (atan2(local.y, local.x), acos(1 / radius))
    }
    var best = limit
    var nearest: Vector3?
    for angle in [middle - half, middle + half] {
      let foot = Vector3(cos(angle), sin(angle), 0)
      let tip = Vector3(foot.x, foot.y, 1)
      guard let found = approach(map.point(Vector(foot)).value, map.point(Vector(tip)).value), found.squared < best
      else { continue }
      best = found.squared
      nearest = Vector3(foot.x, foot.y, found.t)
    }
    guard let nearest else { return nil }
    return point(
      object.edge, map.point(Vector(nearest)).value, nearest, inner: map.point(Vector(Vector3(0, 0, nearest.z))).value)
  }

  private func point(_ edge: EdgeRecord, _ position: Vector3, _ local: Vector3, inner: Vector3) -> ContourPoint {
    let offset = position - origin
    let depth = dot(offset, direction)
    let side = offset - direction * depth
    let width = side.length
    // A line through the outline itself: any direction across it will do.
    let across = width > 1e-12 ? side * (1 / width) : frame.s
    return ContourPoint(
      edge: edge, position: position, local: local, distance: isParallel ? width : atan2(width, depth),
      across: across, range: isParallel ? depth : offset.length, depth: depth, inner: inner)
  }

  /// Covector of the outline's point by which the distance from the line changes; that of the line's start is its
  /// negative, and its direction turns away from the point by `across`.
  func covector(_ point: ContourPoint) -> Vector3 {
    guard !isParallel else { return point.across }
    let (c, s) = (cos(point.distance), sin(point.distance))
    return (point.across * c - direction * s) * (1 / point.range)
  }
}
