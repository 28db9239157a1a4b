/// Hands the partials of a texture lookup to the numbers it reads.
struct TextureAdjoint {
  let textures: TextureTable
  /// Per texture: whether its `to_uv` is wanted.
  let transforms: UnsafePointer<Bool>

  /// - Parameter partial: ∂(pixel channel c) / ∂(lookup channel c); other pairs are zero.
  @inline(__always)
  func addDiagonal(_ id: Int32, _ uv: SIMD2<Float>, _ partial: Spectrum, to sink: inout some DerivativeSink) {
    let record = textures.records + Int(id)
    if record.pointee.kind == .constant && record.pointee.channels == 3 {
      sink.addDiagonal(Int(record.pointee.offset), partial)
    } else {
      addTexels(id, record, uv, partial, to: &sink)
    }
  }

  @inline(never)
  private func addTexels(
    _ id: Int32, _ record: UnsafePointer<TextureRecord>, _ uv: SIMD2<Float>, _ partial: Spectrum,
    to sink: inout some DerivativeSink
  ) {
    let f = textures.footprint(id, uv)
    if record.pointee.transform >= 0 && transforms[Int(id)] {
      addTransform(
        record.pointee, uv, partial * f.color(textures.values, f.weightsX),
        partial * f.color(textures.values, f.weightsY), to: &sink)
    }
    if record.pointee.kind == .attribute {
      let unscaled = textures.attributeFootprint(record.pointee, id, scale: 1)
      sink.add(Int(record.pointee.offset), partial * unscaled.color(textures.values, unscaled.weights))
    }
    for i in 0..<f.count {
      if f.channels == 3 {
        sink.addDiagonal(Int(f.offsets[i]), partial * f.weights[i])
      } else {
        sink.add(Int(f.offsets[i]), partial * f.weights[i])
      }
    }
  }

  /// - Parameter partials: for each lookup channel, ∂(pixel r, g, b) / ∂ channel.
  @inline(__always)
  func addColor(
    _ id: Int32, _ uv: SIMD2<Float>, _ partials: (Spectrum, Spectrum, Spectrum), to sink: inout some DerivativeSink
  ) {
    let record = textures.records + Int(id)
    let f = textures.footprint(id, uv)
    spread(f, partials, to: &sink)
    let isMoving = record.pointee.transform >= 0 && transforms[Int(id)]
    guard isMoving || record.pointee.kind == .attribute else { return }
    func contract(_ lookup: Spectrum) -> Spectrum {
      partials.0 * lookup.x + partials.1 * lookup.y + partials.2 * lookup.z
    }
    if isMoving {
      addTransform(
        record.pointee, uv, contract(f.color(textures.values, f.weightsX)),
        contract(f.color(textures.values, f.weightsY)), to: &sink)
    } else {
      let unscaled = textures.attributeFootprint(record.pointee, id, scale: 1)
      sink.add(Int(record.pointee.offset), contract(unscaled.color(textures.values, unscaled.weights)))
    }
  }

  /// The lookup moves with the matrix: (x, y) = M (u, v, 1); `alongX`, `alongY` are ∂(pixel) / ∂x and ∂y.
  private func addTransform(
    _ record: TextureRecord, _ uv: SIMD2<Float>, _ alongX: Spectrum, _ alongY: Spectrum,
    to sink: inout some DerivativeSink
  ) {
    for (column, factor) in [uv.x, uv.y, 1].enumerated() {
      sink.add(Int(record.transform) + column, alongX * factor)
      sink.add(Int(record.transform) + 3 + column, alongY * factor)
    }
  }

  @inline(__always)
  private func spread(
    _ f: TextureFootprint, _ partials: (Spectrum, Spectrum, Spectrum), to sink: inout some DerivativeSink
  ) {
    for i in 0..<f.count {
      let offset = Int(f.offsets[i])
      let w = f.weights[i]
      if f.channels == 3 {
        sink.add(offset, partials.0 * w)
        sink.add(offset + 1, partials.1 * w)
        sink.add(offset + 2, partials.2 * w)
      } else {
        sink.add(offset, (partials.0 + partials.1 + partials.2) * w)
      }
    }
  }

  /// - Parameter partial: ∂(pixel r, g, b) / ∂ the scalar lookup, which takes the luminance of RGB texels.
  @inline(__always)
  func addScalar(_ id: Int32, _ uv: SIMD2<Float>, _ partial: Spectrum, to sink: inout some DerivativeSink) {
    let l = Luminance.weights
    let record = textures.records + Int(id)
    let f = textures.footprint(id, uv, isScalar: true)
    if record.pointee.transform >= 0 && transforms[Int(id)] {
      addTransform(
        record.pointee, uv, partial * f.scalar(textures.values, f.weightsX),
        partial * f.scalar(textures.values, f.weightsY), to: &sink)
    }
    if record.pointee.kind == .attribute {
      let unscaled = textures.attributeFootprint(record.pointee, id, scale: 1)
      sink.add(Int(record.pointee.offset), partial * unscaled.scalar(textures.values, unscaled.weights))
    }
    spread(f, f.channels == 3 ? (partial * l.x, partial * l.y, partial * l.z) : (partial, .zero, .zero), to: &sink)
  }

  /// - Parameter partials: ∂(pixel r, g, b) / ∂ the partials of a scalar lookup by u and by v.
  func addGradient(
    _ id: Int32, _ uv: SIMD2<Float>, _ partials: (Spectrum, Spectrum), to sink: inout some DerivativeSink
  ) {
    let l = Luminance.weights
    var f = textures.footprint(id, uv, isScalar: true)
    func add(_ weights: SIMD4<Float>, _ partial: Spectrum) {
      f.weights = weights
      spread(f, f.channels == 3 ? (partial * l.x, partial * l.y, partial * l.z) : (partial, .zero, .zero), to: &sink)
    }
    add(f.weightsU, partials.0)
    add(f.weightsV, partials.1)
  }
}
