/// Lookups in an environment map for eight directions, as `EnvironmentMap` makes them for one.
struct PacketSky {
  let map: EnvironmentMap
  let values: UnsafePointer<Float>
  /// Two blocks of rows to work in.
  let rows: UnsafeMutablePointer<SIMD4<Float>>

  static let rowCount = 16

  /// Map coordinates of unit directions in the world, and the sines of the angles to the map's axis.
  @inline(__always) func coordinates(_ direction: PacketVector) -> (u: Packet, v: Packet, sine: Packet) {
    let m = AffineMap<Float>(rowMajor: values + Int(map.matrix))
    func along(_ axis: Vector<Float>) -> Packet {
      (direction.z * axis.z).addingProduct(direction.y, Packet(repeating: axis.y))
        .addingProduct(direction.x, Packet(repeating: axis.x))
    }
    let (x, y, z) = (along(m.x), along(m.y), along(m.z))
    let turn = x.arcTangents(over: -z) * (0.5 / .pi)
    let sine = (x * x + z * z).squareRoots
    return (turn.replacing(with: turn + 1, where: turn .< 0), sine.arcTangents(over: y) * (1 / .pi), sine)
  }

  /// World directions of map coordinates, and the sines of their angles to the map's axis.
  @inline(__always) func directions(_ u: Packet, _ v: Packet) -> (direction: PacketVector, sine: Packet) {
    let theta = (v * 0.5).sinesAndCosinesOfTurns
    let phi = u.sinesAndCosinesOfTurns
    let (x, y, z) = (phi.sine * theta.sine, theta.cosine, -phi.cosine * theta.sine)
    let m = AffineMap<Float>(rowMajor: values + Int(map.matrix))
    return (
      PacketVector(
        x * m.x.x + y * m.y.x + z * m.z.x, x * m.x.y + y * m.y.y + z * m.z.y, x * m.x.z + y * m.y.z + z * m.z.z),
      theta.sine
    )
  }

  /// Radiances at map coordinates.
  ///
  /// - Parameter wanted: the paths that ask.
  @inline(__always) func radiances(_ u: Packet, _ v: Packet, _ wanted: PacketBits, into result: PacketRows) {
    let scaledU = u * Float(map.width) - 0.5
    let scaledV = v * Float(map.height - 1)
    let (baseU, baseV) = (scaledU.floors, scaledV.floors)
    let places = PacketRows(base: rows)
    places.store(PacketVector(baseU, baseV, scaledU - baseU), scaledV - baseV)
    let (width, height) = (map.width, map.height)
    let texels = values + Int(map.data)
    let scale = values[Int(map.scale)]
    for lane in 0..<8 where wanted.contains(lane) {
      let place = places[lane]
      let x = min(max(Int32(place.x), 0), width - 1)
      let texel = texels + 3 * Int(min(max(Int32(place.y), 0), height - 1) * width + x)
      prefetch(texel)
      prefetch(texel + 3 * Int(width))
    }
    for lane in 0..<8 where wanted.contains(lane) {
      let place = places[lane]
      let (ix, iy) = (Int32(place.x), Int32(place.y))
      let x0 = ix < 0 ? ix + width : (ix >= width ? ix - width : ix)
      let x1 = x0 + 1 == width ? 0 : x0 + 1
      let y0 = min(max(iy, 0), height - 1) * width
      let y1 = min(max(iy + 1, 0), height - 1) * width
      // Three numbers and what follows them, which the padding of the expanded vector allows.
      func texel(_ index: Int32) -> SIMD4<Float> {
        (texels + 3 * Int(index)).four
      }
      let (fu, fv) = (place.z, place.w)
      let first = texel(y0 + x0) * ((1 - fu) * (1 - fv)) + texel(y0 + x1) * (fu * (1 - fv))
      let second = texel(y1 + x0) * ((1 - fu) * fv) + texel(y1 + x1) * (fu * fv)
      result[lane] = (first + second) * scale
    }
  }

  /// Densities per unit (u, v) area with which `distribution` chooses map coordinates.
  @inline(__always)
  func densities(_ distribution: EnvironmentDistribution, _ u: Packet, _ v: Packet, _ wanted: PacketBits) -> Packet {
    let places = PacketRows(base: rows + 8)
    places.store(PacketVector(u, v, Packet(repeating: 0)))
    for lane in 0..<8 where wanted.contains(lane) {
      let place = places[lane]
      places[lane].x = distribution.density(SIMD2(place.x, place.y))
    }
    return places.columns.x
  }
}
