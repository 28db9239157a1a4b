/// An equirectangular radiance map: u = atan2(x, −z) / 2π, v = θ / π with θ from +y, in the map's frame.
struct EnvironmentMap {
  /// Expanded-vector offsets of texels [height × width × 3], of the scale, and of the 3×4 rotation.
  var data: Int32
  var scale: Int32
  var matrix: Int32
  var width: Int32
  var height: Int32

  /// Texels and weights of a bilinear lookup that wraps in u, with texel centres at (i + ½) / width, and reaches from
  /// pole to pole in v, with row i at v = i / (height − 1), as Mitsuba 3.9 does.
  func footprint(u: Float, v: Float) -> TextureFootprint {
    let scaledU = u * Float(width) - 0.5
    let scaledV = v * Float(height - 1)
    let (baseU, baseV) = (scaledU.rounded(.down), scaledV.rounded(.down))
    let (fu, fv) = (scaledU - baseU, scaledV - baseV)
    let ix = Int32(baseU)
    let iy = Int32(baseV)
    let x0 = ix < 0 ? ix + width : (ix >= width ? ix - width : ix)
    let x1 = x0 + 1 == width ? 0 : x0 + 1
    let y0 = min(max(iy, 0), height - 1) * width
    let y1 = min(max(iy + 1, 0), height - 1) * width
    let texels = SIMD4<Int32>(y0 + x0, y0 + x1, y1 + x0, y1 + x1)
    let wx = SIMD4<Float>(1 - fu, fu, 1 - fu, fu)
    let wy = SIMD4<Float>(1 - fv, 1 - fv, fv, fv)
    return TextureFootprint(
      offsets: texels &* SIMD4(repeating: 3) &+ SIMD4(repeating: data), weights: wx * wy,
      weightsU: SIMD4<Float>(-1, 1, -1, 1) * wy * Float(width),
      weightsV: SIMD4<Float>(-1, -1, 1, 1) * wx * Float(height - 1), count: 4, channels: 3)
  }

  /// Map coordinates of a unit direction in the map's frame.
  func coordinates<S: ShadingScalar>(_ d: Vector<S>) -> UV<S> {
    let phi = d.x.arcTangent(over: -d.z) * (0.5 / .pi)
    let theta = (d.x * d.x + d.z * d.z).safeSquareRoot().arcTangent(over: d.y)
    return UV(u: phi.value < 0 ? phi + 1 : phi, v: theta * (1 / .pi))
  }

  /// World direction to the map's frame; `m` is the rotation map → world.
  @inline(__always) func local<S: ShadingScalar>(_ d: Vector<S>, _ m: AffineMap<S>) -> Vector<S> {
    Vector(d.dot(m.x), d.dot(m.y), d.dot(m.z))
  }

  /// Radiance from a world direction towards the map.
  @inline(__always) func radiance(_ e: UnsafePointer<Float>, _ direction: Vector3) -> Spectrum {
    radiance(e, at: coordinates(local(Vector<Float>(direction), AffineMap(rowMajor: e + Int(matrix)))).components)
  }

  /// Radiance at map coordinates.
  @inline(__always) func radiance(_ e: UnsafePointer<Float>, at uv: SIMD2<Float>) -> Spectrum {
    let footprint = footprint(u: uv.x, v: uv.y)
    return footprint.color(e, footprint.weights) * e[Int(scale)]
  }

  /// Radiance where direction or rotation move.
  func radiance<T: SIMD & Sendable>(
    _ e: UnsafePointer<Float>, _ direction: Vector<Dual<T>>, rotation m: AffineMap<Dual<T>>
  ) -> Color<Dual<T>> where T.Scalar == Float {
    let uv = coordinates(local(direction, m))
    let f = footprint(u: uv.u.value, v: uv.v.value)
    let factor = e[Int(scale)]
    let c = f.color(e, f.weights) * factor
    let du = f.color(e, f.weightsU) * factor
    let dv = f.color(e, f.weightsV) * factor
    return Color(
      Dual(c.x, uv.u.tangent * du.x + uv.v.tangent * dv.x), Dual(c.y, uv.u.tangent * du.y + uv.v.tangent * dv.y),
      Dual(c.z, uv.u.tangent * du.z + uv.v.tangent * dv.z))
  }
}
