/// Hands the partials of a texture lookup to the numbers it reads.
struct TextureAdjoint {
  let textures: TextureTable

  /// - Parameter partial: ∂(pixel channel c) / ∂(lookup channel c); other pairs are zero.
  @inline(__always)
  func addDiagonal(_ id: Int32, _ uv: SIMD2<Float>, _ partial: Spectrum, to sink: inout some DerivativeSink) {
    let record = textures.records + Int(id)
    if record.pointee.kind == .constant && record.pointee.channels == 3 {
      sink.addDiagonal(Int(record.pointee.offset), partial)
      return
    }
    let f = record.pointee.footprint(at: uv)
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
    spread(textures.records[Int(id)].footprint(at: uv), partials, to: &sink)
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
    let f = textures.records[Int(id)].footprint(at: uv, isScalar: true)
    spread(f, f.channels == 3 ? (partial * l.x, partial * l.y, partial * l.z) : (partial, .zero, .zero), to: &sink)
  }

  /// - Parameter partials: ∂(pixel r, g, b) / ∂ the partials of a scalar lookup by u and by v.
  func addGradient(
    _ id: Int32, _ uv: SIMD2<Float>, _ partials: (Spectrum, Spectrum), to sink: inout some DerivativeSink
  ) {
    let l = Luminance.weights
    var f = textures.records[Int(id)].footprint(at: uv, isScalar: true)
    func add(_ weights: SIMD4<Float>, _ partial: Spectrum) {
      f.weights = weights
      spread(f, f.channels == 3 ? (partial * l.x, partial * l.y, partial * l.z) : (partial, .zero, .zero), to: &sink)
    }
    add(f.weightsU, partials.0)
    add(f.weightsV, partials.1)
  }
}
