/// Where a material's inputs come from: plain values, values that are their own derivative lanes, or values that
/// move with the surface point. Each input has a fixed lane; a colour takes three.
protocol MaterialInputs {
  associatedtype Scalar: ShadingScalar
  func color(_ texture: Int32, lane: Int) -> Color<Scalar>
  func scalar(_ texture: Int32, lane: Int) -> Scalar
  func number(_ offset: Int32, lane: Int) -> Scalar
  /// Partials of a scalar texture by u and v, times the number at `scale`.
  func gradient(_ texture: Int32, scale: Int32, lane: Int) -> (Scalar, Scalar)
}

/// Values alone.
struct ValueInputs: MaterialInputs {
  let textures: TextureTable
  let uv: SIMD2<Float>

  @inline(__always) func color(_ texture: Int32, lane: Int) -> Color<Float> { Color(textures.color(texture, uv)) }
  @inline(__always) func scalar(_ texture: Int32, lane: Int) -> Float { textures.scalar(texture, uv) }
  @inline(__always) func number(_ offset: Int32, lane: Int) -> Float { textures.values[Int(offset)] }
  func gradient(_ texture: Int32, scale: Int32, lane: Int) -> (Float, Float) {
    let slope = textures.gradient(texture, uv) * textures.values[Int(scale)]
    return (slope.x, slope.y)
  }
}

/// Every input is an independent variable: its tangent is the unit vector of its lane.
struct LaneInputs<Tangent: SIMD & Sendable>: MaterialInputs where Tangent.Scalar == Float {
  let textures: TextureTable
  let uv: SIMD2<Float>

  @inline(__always) func color(_ texture: Int32, lane: Int) -> Color<Dual<Tangent>> {
    let c = textures.color(texture, uv)
    return Color(Dual(c.x, lane: lane), Dual(c.y, lane: lane + 1), Dual(c.z, lane: lane + 2))
  }
  @inline(__always) func scalar(_ texture: Int32, lane: Int) -> Dual<Tangent> {
    Dual(textures.scalar(texture, uv), lane: lane)
  }
  @inline(__always) func number(_ offset: Int32, lane: Int) -> Dual<Tangent> {
    Dual(textures.values[Int(offset)], lane: lane)
  }
  func gradient(_ texture: Int32, scale: Int32, lane: Int) -> (Dual<Tangent>, Dual<Tangent>) {
    let slope = textures.gradient(texture, uv) * textures.values[Int(scale)]
    return (Dual(slope.x, lane: lane), Dual(slope.y, lane: lane + 1))
  }
}

/// Inputs change because the surface point, and with it uv, moves.
struct MovingInputs<Tangent: SIMD & Sendable>: MaterialInputs where Tangent.Scalar == Float {
  let textures: TextureTable
  let u: Dual<Tangent>
  let v: Dual<Tangent>

  private func footprint(_ texture: Int32, isScalar: Bool) -> TextureFootprint {
    textures.footprint(texture, SIMD2(u.value, v.value), isScalar: isScalar)
  }

  func color(_ texture: Int32, lane: Int) -> Color<Dual<Tangent>> {
    let f = footprint(texture, isScalar: false)
    let c = f.color(textures.values, f.weights)
    let du = f.color(textures.values, f.weightsU)
    let dv = f.color(textures.values, f.weightsV)
    return Color(
      Dual(c.x, u.tangent * du.x + v.tangent * dv.x), Dual(c.y, u.tangent * du.y + v.tangent * dv.y),
      Dual(c.z, u.tangent * du.z + v.tangent * dv.z))
  }
  func scalar(_ texture: Int32, lane: Int) -> Dual<Tangent> {
    let f = footprint(texture, isScalar: true)
    let du = f.scalar(textures.values, f.weightsU)
    let dv = f.scalar(textures.values, f.weightsV)
    return Dual(f.scalar(textures.values, f.weights), u.tangent * du + v.tangent * dv)
  }
  func number(_ offset: Int32, lane: Int) -> Dual<Tangent> { Dual(textures.values[Int(offset)]) }
  func gradient(_ texture: Int32, scale: Int32, lane: Int) -> (Dual<Tangent>, Dual<Tangent>) {
    let f = footprint(texture, isScalar: true)
    let k = textures.values[Int(scale)]
    func slope(_ first: SIMD4<Float>, _ alongU: SIMD4<Float>, _ alongV: SIMD4<Float>) -> Dual<Tangent> {
      Dual(
        k * f.scalar(textures.values, first),
        u.tangent * (k * f.scalar(textures.values, alongU)) + v.tangent * (k * f.scalar(textures.values, alongV)))
    }
    let second = textures.records[Int(texture)].secondWeights
    return (slope(f.weightsU, second.uu, second.uv), slope(f.weightsV, second.uv, second.vv))
  }
}
