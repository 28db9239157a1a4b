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

  init(_ rows: UnsafeMutablePointer<SIMD4<Float>>) {
    corners = (PacketRows(base: rows), PacketRows(base: rows + 8), PacketRows(base: rows + 16))
    normals = (PacketRows(base: rows + 24), PacketRows(base: rows + 32), PacketRows(base: rows + 40))
    places = PacketRows(base: rows + 48)
  }

  static let rowCount = 56

  /// Reads the triangle that one ray met.
  ///
  /// - Returns: whether it has shading normals.
  @inline(__always)
  func gather(_ lane: Int, _ hit: CEmbreeHit, _ shape: UnsafePointer<ShapeRecord>, _ e: UnsafePointer<Float>) -> Bool {
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
    }
    return isSmooth
  }

  /// Three numbers and what follows them, which the padding of the expanded vector allows.
  @inline(__always) private static func row(_ e: UnsafePointer<Float>, _ index: Int) -> SIMD4<Float> {
    UnsafeRawPointer(e + 3 * index).loadUnaligned(as: SIMD4<Float>.self)
  }

  /// As `ShapeRecord.meshHit` computes them; tangents are arbitrary.
  @inline(__always) func surface(hasNormals: Bool) -> PacketSurface {
    let place = places.columns
    let p0 = corners.0.vectors
    let e1 = corners.1.vectors - p0
    let e2 = corners.2.vectors - p0
    let geometric = cross(e1, e2).normalized * place.z
    var normal = geometric
    if hasNormals {
      let n =
        normals.0.vectors * (1 - place.x - place.y) + normals.1.vectors * place.x + normals.2.vectors * place.y
      let squared = n.squaredLength
      normal = normal.replacing(
        with: n * (place.z / squared.squareRoots), where: (squared .> 0) .& (place.w .> 0))
    }
    return PacketSurface(
      position: p0 + e1 * place.x + e2 * place.y, geometricNormal: geometric, frame: PacketFrame(normal: normal))
  }
}

extension PacketSurface {
  /// As `RayOffset.origin`.
  @inline(__always) func origin(towards direction: PacketVector) -> PacketVector {
    let size = position.x.magnitudes.atLeast(position.y.magnitudes.atLeast(position.z.magnitudes))
    let distance = (1 + size) * RayOffset.epsilon
    return position
      + geometricNormal * distance.replacing(with: -distance, where: dot(geometricNormal, direction) .< 0)
  }
}
