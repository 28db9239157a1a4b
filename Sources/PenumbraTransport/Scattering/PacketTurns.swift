/// What one bump or normal map makes of the shading normals of eight paths, as `WrapperChain` does for one.
struct PacketTurns {
  /// Scaled partials of heights by u and v, or the local normals of normal maps.
  private let rows: PacketRows
  private var isTurned = PacketBits()
  private var isBumped = PacketBits()
  private var flips = PacketBits()
  private var isShadowed = PacketBits()

  init(rows: UnsafeMutablePointer<SIMD4<Float>>) { self.rows = PacketRows(base: rows) }

  static let rowCount = 8

  var isEmpty: Bool { isTurned.isEmpty }
  var mask: PacketMask { isTurned.mask }
  var shadowed: PacketMask { isShadowed.mask }

  mutating func removeAll() {
    (isTurned, isBumped, flips, isShadowed) = (PacketBits(), PacketBits(), PacketBits(), PacketBits())
  }

  /// Looks up what a map says of one path's normal.
  @inline(__always)
  mutating func gather(_ lane: Int, _ map: UnsafePointer<MaterialRecord>, _ textures: TextureTable, _ uv: SIMD2<Float>)
  {
    isTurned.insert(lane)
    if map.pointee.perturbation.flipsInvalidNormals { flips.insert(lane) }
    if map.pointee.perturbation.isShadowed { isShadowed.insert(lane) }
    let texture = map.pointee.slots[0]
    if map.pointee.kind == .bumpMap {
      isBumped.insert(lane)
      let slope = textures.gradient(texture, uv) * textures.values[Int(map.pointee.etaOffset)]
      rows[lane] = SIMD4(slope.x, slope.y, 0, 0)
    } else {
      rows[vector: lane] = textures.color(texture, uv) * 2 - Spectrum(repeating: 1)
    }
  }

  /// Turns the frames.
  ///
  /// - Parameters:
  ///   - isMirrored: where two-sided materials turned the normal over.
  ///   - wi: local directions; they become those in the new frames.
  /// - Returns: local normals before.
  @inline(never)
  func apply(
    to surface: inout PacketSurface, _ triangles: PacketTriangles, isMirrored: PacketMask, _ wi: inout PacketVector
  ) -> PacketVector {
    var n = rows.vectors
    if !isBumped.isEmpty {
      let normal = displacedNormal(surface, triangles, isMirrored: isMirrored)
      n = n.replacing(with: normal, where: isBumped.mask)
    }
    let isInvalid = (wi.z * dot(wi, n) .<= 0) .& flips.mask
    n.x = n.x.replacing(with: -n.x, where: isInvalid)
    n.y = n.y.replacing(with: -n.y, where: isInvalid)
    n = n.normalized
    let one = Packet(repeating: 1)
    let s = PacketVector(one - n.x * n.x, -(n.y * n.x), -(n.z * n.x)).normalized
    let t = cross(n, s)
    let before = surface.frame
    surface.frame.s = before.s.replacing(with: before.toWorld(s), where: mask)
    surface.frame.t = before.t.replacing(with: before.toWorld(t), where: mask)
    surface.frame.n = before.n.replacing(with: before.toWorld(n), where: mask)
    wi = wi.replacing(with: PacketVector(dot(wi, s), dot(wi, t), dot(wi, n)), where: mask)
    return PacketVector(s.z, t.z, n.z)
  }

  /// As in `WrapperChain`: displacement is defined in the frame that was not mirrored.
  @inline(__always)
  private func displacedNormal(_ surface: PacketSurface, _ triangles: PacketTriangles, isMirrored: PacketMask)
    -> PacketVector
  {
    let frame = surface.frame
    let n = frame.n.replacing(with: -frame.n, where: isMirrored)
    let slopes = rows.columns
    let tangents = triangles.tangents
    let alongU = frame.s.replacing(with: tangents.u, where: tangents.areFound)
    let alongV = frame.t.replacing(with: tangents.v, where: tangents.areFound)
    let displaced = cross(
      alongU + n * (slopes.x - dot(n, alongU)), alongV + n * (slopes.y - dot(n, alongV)))
    let local = PacketVector(dot(displaced, frame.s), dot(displaced, frame.t), dot(displaced, n))
    return local.replacing(with: -local, where: dot(displaced, surface.geometricNormal) .< 0)
  }
}
