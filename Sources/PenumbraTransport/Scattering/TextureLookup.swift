/// Values of the usual textures without their partials: what `footprint` and its sums give, in fewer steps.
extension TextureRecord {
  /// RGB at p; `nil` for textures that are looked up through `footprint`.
  @inline(__always) func quickColor(_ e: UnsafePointer<Float>, _ p: SIMD2<Float>) -> Spectrum? {
    switch kind {
    case .checkerboard: return board(e, first: isFirst(p, isScalar: false))
    case .bitmap where filter == .bilinear:
      let cell = cell(p)
      if channels != 3 { return Spectrum(repeating: number(e, cell)) }
      let weights = cell.weights
      func weighted(_ lane: Int) -> Spectrum { texel(e, cell, lane) * weights[lane] }
      let first: Spectrum = weighted(0) + weighted(1)
      return first + weighted(2) + weighted(3)
    default: return nil
    }
  }

  /// A number at p.
  @inline(__always) func quickScalar(_ e: UnsafePointer<Float>, _ p: SIMD2<Float>) -> Float? {
    switch kind {
    case .checkerboard:
      let first = isFirst(p, isScalar: true)
      let color = board(e, first: first)
      return (first ? channels : channels1) == 3 ? color.luminance : color.x
    case .bitmap where filter == .bilinear && channels != 3: return number(e, cell(p))
    default: return nil
    }
  }

  /// Partials of a number at p by u and v; `nil` as for `quickColor`.
  @inline(__always) func quickGradient(_ e: UnsafePointer<Float>, _ p: SIMD2<Float>) -> SIMD2<Float>? {
    guard kind == .bitmap, filter == .bilinear else { return nil }
    let cell = cell(p)
    let heights: SIMD4<Float>
    if channels == 3 {
      let (a, b) = (texel(e, cell, 0).luminance, texel(e, cell, 1).luminance)
      heights = SIMD4(a, b, texel(e, cell, 2).luminance, texel(e, cell, 3).luminance)
    } else {
      let o = cell.offsets
      heights = SIMD4(e[Int(o.x)], e[Int(o.y)], e[Int(o.z)], e[Int(o.w)])
    }
    let f = cell.fraction
    let alongX = ((heights.y - heights.x) * (1 - f.y) + (heights.w - heights.z) * f.y) * Float(width)
    let alongY = ((heights.z - heights.x) * (1 - f.x) + (heights.w - heights.y) * f.x) * Float(height)
    return SIMD2(alongX * uv.u.x + alongY * uv.u.y, alongX * uv.v.x + alongY * uv.v.y)
  }

  /// Whether p is on a field of the first colour.
  ///
  /// - Parameter isScalar: as for `footprint`.
  @inline(__always) func isFirst(_ p: SIMD2<Float>, isScalar: Bool) -> Bool {
    let q = transformed(p)
    let isSame = (q.x - q.x.rounded(.down) > 0.5) == (q.y - q.y.rounded(.down) > 0.5)
    return isSame != isScalar
  }

  @inline(__always) private func board(_ e: UnsafePointer<Float>, first: Bool) -> Spectrum {
    let value = e + Int(first ? offset : offset1)
    return (first ? channels : channels1) == 3
      ? Spectrum(value[0], value[1], value[2]) : Spectrum(repeating: value[0])
  }

  /// Four texels around a point, and where it lies between them.
  private struct Cell {
    var offsets: SIMD4<Int32>
    var fraction: SIMD2<Float>

    @inline(__always) var weights: SIMD4<Float> {
      let f = fraction
      return SIMD4(1 - f.x, f.x, 1 - f.x, f.x) * SIMD4(1 - f.y, 1 - f.y, f.y, f.y)
    }
  }

  @inline(__always) private func cell(_ p: SIMD2<Float>) -> Cell {
    let scaled = transformed(p) * SIMD2(Float(width), Float(height)) - SIMD2(repeating: 0.5)
    let base = scaled.rounded(.down)
    let (ix, iy) = (Self.index(base.x), Self.index(base.y))
    let x0 = Self.wrapped(ix, width, wrap)
    let x1 = Self.wrapped(ix + 1, width, wrap)
    let y0 = Self.wrapped(iy, height, wrap) * width
    let y1 = Self.wrapped(iy + 1, height, wrap) * width
    let texels = SIMD4<Int32>(y0 + x0, y0 + x1, y1 + x0, y1 + x1)
    return Cell(offsets: texels &* SIMD4(repeating: channels) &+ SIMD4(repeating: offset), fraction: scaled - base)
  }

  /// Three numbers of a texel, read with what follows them, which the padding of the expanded vector allows.
  @inline(__always)
  private func texel(_ e: UnsafePointer<Float>, _ cell: Cell, _ lane: Int) -> Spectrum {
    unsafeBitCast((e + Int(cell.offsets[lane])).four, to: Spectrum.self)
  }

  @inline(__always) private func number(_ e: UnsafePointer<Float>, _ cell: Cell) -> Float {
    let weights = cell.weights
    func weighted(_ lane: Int) -> Float { e[Int(cell.offsets[lane])] * weights[lane] }
    let first: Float = weighted(0) + weighted(1)
    return first + weighted(2) + weighted(3)
  }
}
