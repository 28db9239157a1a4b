import CEmbree

/// Points of meshes that eight rays met.
struct PacketSurface {
  var position: PacketVector
  var geometricNormal: PacketVector
  var frame: PacketFrame
}

/// Room in which the vertices of eight triangles are gathered.
struct PacketTriangles {
  let corners: (PacketRows, PacketRows, PacketRows)
  let normals: (PacketRows, PacketRows, PacketRows)
  /// Barycentric coordinates b₁ and b₂, orientation, and whether there are normals.
  let places: PacketRows
  /// Texture coordinates of the first and second vertices; of the third, and whether tangents follow them.
  let coordinates: (PacketRows, PacketRows)

  init(_ rows: UnsafeMutablePointer<SIMD4<Float>>) {
    corners = (PacketRows(base: rows), PacketRows(base: rows + 8), PacketRows(base: rows + 16))
    normals = (PacketRows(base: rows + 24), PacketRows(base: rows + 32), PacketRows(base: rows + 40))
    places = PacketRows(base: rows + 48)
    coordinates = (PacketRows(base: rows + 56), PacketRows(base: rows + 64))
  }

  static let rowCount = 72

  /// What some of the triangles have.
  struct Properties {
    var hasNormals = false
    var hasTangents = false
  }

  /// Reads the triangle that one ray met.
  @inline(__always)
  func gather(
    _ lane: Int, _ hit: CEmbreeHit, _ shape: UnsafePointer<ShapeRecord>, _ e: UnsafePointer<Float>,
    _ properties: inout Properties
  ) {
    let (i0, i1, i2) = shape.pointee.corners(Int32(bitPattern: hit.primitive))
    let positions = e + Int(shape.pointee.positions)
    corners.0[lane] = Self.row(positions, i0)
    corners.1[lane] = Self.row(positions, i1)
    corners.2[lane] = Self.row(positions, i2)
    let isSmooth = shape.pointee.normals >= 0
    places[lane] = SIMD4(hit.u, hit.v, shape.pointee.orientation, isSmooth ? 1 : 0)
    if isSmooth {
      let directions = e + Int(shape.pointee.normals)
      normals.0[lane] = Self.row(directions, i0)
      normals.1[lane] = Self.row(directions, i1)
      normals.2[lane] = Self.row(directions, i2)
      properties.hasNormals = true
    }
    coordinates.1[lane] = .zero
    if shape.pointee.needsTangent && shape.pointee.texcoords >= 0 {
      let t = shape.pointee.texcoords
      coordinates.0[lane] = SIMD4(
        lowHalf: ShapeRecord.load2(e, t, i0), highHalf: ShapeRecord.load2(e, t, i1))
      coordinates.1[lane] = SIMD4(lowHalf: ShapeRecord.load2(e, t, i2), highHalf: SIMD2(1, 0))
      properties.hasTangents = true
    }
  }

  /// Three numbers and what follows them, which the padding of the expanded vector allows.
  @inline(__always) private static func row(_ e: UnsafePointer<Float>, _ index: Int) -> SIMD4<Float> {
    (e + 3 * index).four
  }

  /// As `ShapeRecord.meshHit` computes them.
  @inline(__always) func surface(_ properties: Properties) -> PacketSurface {
    let place = places.columns
    let p0 = corners.0.vectors
    let e1 = corners.1.vectors - p0
    let e2 = corners.2.vectors - p0
    let geometric = cross(e1, e2).normalized * place.z
    var normal = geometric
    if properties.hasNormals {
      let n =
        normals.0.vectors * (1 - place.x - place.y) + normals.1.vectors * place.x + normals.2.vectors * place.y
      let squared = n.squaredLength
      normal = normal.replacing(
        with: n * (place.z / squared.squareRoots), where: (squared .> 0) .& (place.w .> 0))
    }
    var frame = PacketFrame(normal: normal)
    if properties.hasTangents { align(&frame, e1, e2) }
    return PacketSurface(position: p0 + e1 * place.x + e2 * place.y, geometricNormal: geometric, frame: frame)
  }

  /// dp/du and dp/dv, as `ShapeRecord.meshTangents` computes them.
  struct Tangents {
    var u: PacketVector
    var v: PacketVector
    /// False where texture coordinates are absent or degenerate.
    var areFound: PacketMask
  }

  @inline(__always) private func tangents(_ e1: PacketVector, _ e2: PacketVector) -> Tangents {
    let (first, second) = (coordinates.0.columns, coordinates.1.columns)
    let (d1u, d1v) = (first.z - first.x, first.w - first.y)
    let (d2u, d2v) = (second.x - first.x, second.y - first.y)
    let determinant = d1u * d2v - d1v * d2u
    let inverse = 1 / determinant
    return Tangents(
      u: (e1 * d2v - e2 * d1v) * inverse, v: (e2 * d1u - e1 * d2u) * inverse,
      areFound: (second.z .> 0) .& (determinant.magnitudes .> 0))
  }

  @inline(__always) var tangents: Tangents {
    let p0 = corners.0.vectors
    return tangents(corners.1.vectors - p0, corners.2.vectors - p0)
  }

  /// Turns frames so that s follows dp/du, as `Frame.aligned` does.
  @inline(never) private func align(_ frame: inout PacketFrame, _ e1: PacketVector, _ e2: PacketVector) {
    let tangents = tangents(e1, e2)
    let projected = tangents.u - frame.n * dot(frame.n, tangents.u)
    let squared = projected.squaredLength
    let s = projected * (1 / squared.squareRoots)
    let isAligned = tangents.areFound .& (squared .> 0)
    frame.s = frame.s.replacing(with: s, where: isAligned)
    frame.t = frame.t.replacing(with: cross(frame.n, s), where: isAligned)
  }
}

extension PacketSurface {
  /// Takes other surfaces' places: of shapes that are not computed side by side.
  ///
  /// - Parameters:
  ///   - isGiven: the paths that met them.
  ///   - rows: `givenRowCount` of them, as `write` leaves them.
  @inline(never) mutating func replace(where isGiven: PacketMask, _ rows: UnsafeMutablePointer<SIMD4<Float>>) {
    func vectors(_ block: Int) -> PacketVector { PacketRows(base: rows + 8 * block).vectors }
    position = position.replacing(with: vectors(0), where: isGiven)
    geometricNormal = geometricNormal.replacing(with: vectors(1), where: isGiven)
    frame.s = frame.s.replacing(with: vectors(2), where: isGiven)
    frame.t = frame.t.replacing(with: vectors(3), where: isGiven)
    frame.n = frame.n.replacing(with: vectors(4), where: isGiven)
  }

  static let givenRowCount = 40

  /// One surface for `replace`.
  @inline(__always)
  static func write(_ hit: SurfaceHit, _ lane: Int, _ rows: UnsafeMutablePointer<SIMD4<Float>>) {
    func write(_ block: Int, _ v: Vector3) { PacketRows(base: rows + 8 * block)[vector: lane] = v }
    write(0, hit.position)
    write(1, hit.geometricNormal)
    write(2, hit.frame.s)
    write(3, hit.frame.t)
    write(4, hit.frame.n)
  }

  /// As `RayOffset.origin`.
  @inline(__always)
  static func origin(_ position: PacketVector, normal geometricNormal: PacketVector, towards direction: PacketVector)
    -> PacketVector
  {
    let size = position.x.magnitudes.atLeast(position.y.magnitudes.atLeast(position.z.magnitudes))
    let distance = (1 + size) * RayOffset.epsilon
    return position
      + geometricNormal * distance.replacing(with: -distance, where: dot(geometricNormal, direction) .< 0)
  }
}
