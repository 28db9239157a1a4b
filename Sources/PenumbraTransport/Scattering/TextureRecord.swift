/// A texture as the kernel reads it: plain data, offsets into the expanded vector.
struct TextureRecord {
  enum Kind: UInt8 { case constant, bitmap, checkerboard, attribute }
  var kind: Kind
  var filter: TextureFilter = .bilinear
  var wrap: TextureWrap = .repeat
  var channels: Int32
  var channels1: Int32 = 0
  var offset: Int32
  var offset1: Int32 = 0
  var width: Int32 = 1
  var height: Int32 = 1
  var uv = UVTransform.identity
  /// Offset of the 3×3 matrix that `uv` follows, −1 for none.
  var transform: Int32 = -1

  init(_ texture: Texture) {
    switch texture {
    case .constant(let offset, let channels):
      kind = .constant
      self.channels = Int32(channels)
      self.offset = Int32(offset)
    case .bitmap(let offset, let width, let height, let channels, let filter, let wrap, let uv):
      kind = .bitmap
      self.channels = Int32(channels)
      self.offset = Int32(offset)
      self.width = Int32(width)
      self.height = Int32(height)
      self.filter = filter
      self.wrap = wrap
      self.uv = uv
    case .checkerboard(let offset0, let channels0, let offset1, let channels1, let uv):
      kind = .checkerboard
      channels = Int32(channels0)
      self.channels1 = Int32(channels1)
      offset = Int32(offset0)
      self.offset1 = Int32(offset1)
      self.uv = uv
    case .meshAttribute(_, let scale):
      kind = .attribute
      channels = 1
      offset = Int32(scale)
    }
    transform = uv.parameter.map { Int32($0) } ?? -1
  }

  /// Takes a new `to_uv` from the expanded vector.
  mutating func follow(_ values: UnsafePointer<Float>) {
    guard transform >= 0 else { return }
    let m = values + Int(transform)
    uv.u = SIMD2(m[0], m[3])
    uv.v = SIMD2(m[1], m[4])
    uv.translation = SIMD2(m[2], m[5])
  }
}

/// Which numbers a texture lookup reads and how it weighs them: the lookup is Σ wᵢ · e[offsetᵢ + channel].
struct TextureFootprint {
  var offsets: SIMD4<Int32>
  var weights: SIMD4<Float>
  /// Partials of the weights with respect to the surface's u and v (before `to_uv`).
  var weightsU = SIMD4<Float>.zero
  var weightsV = SIMD4<Float>.zero
  /// The same with respect to the coordinates after `to_uv`.
  var weightsX = SIMD4<Float>.zero
  var weightsY = SIMD4<Float>.zero
  var count: Int
  var channels: Int32
}

extension TextureRecord {
  @inline(__always) static func wrapped(_ i: Int32, _ n: Int32, _ mode: TextureWrap) -> Int32 {
    // Most lookups are inside, and divisions slow.
    if i >= 0 && i < n { return i }
    switch mode {
    case .repeat:
      let r = i % n
      return r < 0 ? r + n : r
    case .mirror:
      let period = 2 * n
      var r = i % period
      if r < 0 { r += period }
      return r < n ? r : period - 1 - r
    case .clamp: return min(max(i, 0), n - 1)
    }
  }

  /// uv after `to_uv`, kept inside ±2²³ so that texel indices are exact integers for any input.
  @inline(__always) func transformed(_ p: SIMD2<Float>) -> SIMD2<Float> {
    let q = uv.u * p.x + uv.v * p.y + uv.translation
    let limit = SIMD2<Float>(repeating: 0x1p20)
    return pointwiseMin(pointwiseMax(q, -limit), limit)
  }

  /// - Parameter isScalar: the lookup is for a number, such as a roughness. Mitsuba 3.9's checkerboard exchanges its
  ///   two colours then, and scenes made for it count on that.
  func footprint(at p: SIMD2<Float>, isScalar: Bool = false) -> TextureFootprint {
    switch kind {
    case .constant:
      return TextureFootprint(
        offsets: SIMD4(repeating: offset), weights: SIMD4(1, 0, 0, 0), count: 1, channels: channels)
    case .checkerboard:
      let first = isFirst(p, isScalar: isScalar)
      return TextureFootprint(
        offsets: SIMD4(repeating: first ? offset : offset1), weights: SIMD4(1, 0, 0, 0), count: 1,
        channels: first ? channels : channels1)
    case .bitmap: return bitmapFootprint(transformed(p))
    case .attribute:
      // A surface that is no mesh: `TextureTable.footprint` handles the others.
      return TextureFootprint(offsets: SIMD4(repeating: offset), weights: .zero, count: 1, channels: 1)
    }
  }

  /// Second partials of a lookup's weights by u and v: bilinear weights are linear along x and y, so only the mixed
  /// one is not 0 before `to_uv`.
  var secondWeights: (uu: SIMD4<Float>, uv: SIMD4<Float>, vv: SIMD4<Float>) {
    guard kind == .bitmap, filter == .bilinear else { return (.zero, .zero, .zero) }
    let mixed = SIMD4<Float>(1, -1, -1, 1) * Float(width) * Float(height)
    return (mixed * (2 * uv.u.x * uv.u.y), mixed * (uv.u.x * uv.v.y + uv.u.y * uv.v.x), mixed * (2 * uv.v.x * uv.v.y))
  }

  private func bitmapFootprint(_ q: SIMD2<Float>) -> TextureFootprint {
    let size = SIMD2<Float>(Float(width), Float(height))
    if filter == .nearest {
      let scaled = q * size
      let x = Self.wrapped(Self.index(scaled.x.rounded(.down)), width, wrap)
      let y = Self.wrapped(Self.index(scaled.y.rounded(.down)), height, wrap)
      let texel = offset + (y * width + x) * channels
      return TextureFootprint(
        offsets: SIMD4(repeating: texel), weights: SIMD4(1, 0, 0, 0), count: 1, channels: channels)
    }
    let scaled = q * size - SIMD2(repeating: 0.5)
    let base = scaled.rounded(.down)
    let f = scaled - base
    let ix = Self.index(base.x)
    let iy = Self.index(base.y)
    let x0 = Self.wrapped(ix, width, wrap)
    let x1 = Self.wrapped(ix + 1, width, wrap)
    let y0 = Self.wrapped(iy, height, wrap) * width
    let y1 = Self.wrapped(iy + 1, height, wrap) * width
    let texels = SIMD4<Int32>(y0 + x0, y0 + x1, y1 + x0, y1 + x1)
    let wx = SIMD4<Float>(1 - f.x, f.x, 1 - f.x, f.x)
    let wy = SIMD4<Float>(1 - f.y, 1 - f.y, f.y, f.y)
    let alongX = SIMD4<Float>(-1, 1, -1, 1) * wy * size.x
    let alongY = SIMD4<Float>(-1, -1, 1, 1) * wx * size.y
    return TextureFootprint(
      offsets: texels &* SIMD4(repeating: channels) &+ SIMD4(repeating: offset), weights: wx * wy,
      weightsU: alongX * uv.u.x + alongY * uv.u.y, weightsV: alongX * uv.v.x + alongY * uv.v.y, weightsX: alongX,
      weightsY: alongY, count: 4, channels: channels)
  }

  /// Converts without trapping: NaN becomes 0, large values saturate.
  @inline(__always) static func index(_ x: Float) -> Int32 {
    x == x ? Int32(min(max(x, -0x1p30), 0x1p30)) : 0
  }
}

extension TextureFootprint {
  /// Σ wᵢ · texelᵢ as RGB; one channel spreads to three.
  @inline(__always) func color(_ e: UnsafePointer<Float>, _ w: SIMD4<Float>) -> Spectrum {
    if channels == 3 {
      var sum = Spectrum.zero
      for i in 0..<count {
        let texel = e + Int(offsets[i])
        sum += Spectrum(texel[0], texel[1], texel[2]) * w[i]
      }
      return sum
    }
    return Spectrum(repeating: single(e, w))
  }

  /// Σ wᵢ · texelᵢ as a number; RGB becomes luminance.
  @inline(__always) func scalar(_ e: UnsafePointer<Float>, _ w: SIMD4<Float>) -> Float {
    channels == 3 ? color(e, w).luminance : single(e, w)
  }

  @inline(__always) private func single(_ e: UnsafePointer<Float>, _ w: SIMD4<Float>) -> Float {
    var sum: Float = 0
    for i in 0..<count { sum += e[Int(offsets[i])] * w[i] }
    return sum
  }
}
