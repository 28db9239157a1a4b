import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct TextureTests {
  /// 3 × 2 texels, one channel: 0 1 2 / 10 11 12.
  static let texels: [Float] = [0, 1, 2, 10, 11, 12]

  private func lookup(
    _ uv: SIMD2<Float>, filter: TextureFilter = .bilinear, wrap: TextureWrap = .repeat,
    transform: UVTransform = .identity
  ) -> Float {
    let record = TextureRecord(
      .bitmap(offset: 0, width: 3, height: 2, channels: 1, filter: filter, wrap: wrap, uv: transform))
    let f = record.footprint(at: uv)
    return Self.texels.withUnsafeBufferPointer { f.scalar($0.baseAddress!, f.weights) }
  }

  private func expect(_ a: Float, _ b: Float, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(abs(a - b) < 1e-5, "\(a), expected \(b)", sourceLocation: sourceLocation)
  }

  @Test("Texel centres lie at (i + ½) / N, row 0 at v = 0") func centres() {
    for filter in [TextureFilter.bilinear, .nearest] {
      for y in 0..<2 {
        for x in 0..<3 {
          let uv = SIMD2((Float(x) + 0.5) / 3, (Float(y) + 0.5) / 2)
          expect(lookup(uv, filter: filter), Self.texels[3 * y + x])
        }
      }
    }
  }

  @Test("Bilinear lookups blend linearly between centres") func bilinear() {
    expect(lookup([1.0 / 3, 0.25]), 0.5)
    expect(lookup([0.5, 0.5]), 6)
    expect(lookup([0.4, 0.35]), 0.2 * 3 + 0.1 + 0.2 * 10 - 0.1 + 0.1)
  }

  @Test("Beyond the borders textures repeat, mirror or stay") func wraps() {
    expect(lookup([1 + 1.0 / 6, 0.25]), 0)
    expect(lookup([-1.0 / 6, 0.25]), 2)
    expect(lookup([0, 0.25]), 1)
    expect(lookup([-1.0 / 6, 0.25], wrap: .mirror), 0)
    expect(lookup([1 + 1.0 / 6, 0.25], wrap: .mirror), 2)
    expect(lookup([1.5, 0.25], wrap: .mirror), 1)
    expect(lookup([0, 0.25], wrap: .clamp), 0)
    expect(lookup([7, -3], wrap: .clamp), 2)
    expect(lookup([1.25, 1.25], filter: .nearest), 0)
    expect(lookup([-0.1, -0.1], filter: .nearest), 12)
    expect(lookup([-0.1, 0.1], filter: .nearest, wrap: .mirror), 0)
    expect(lookup([0.99, 5], filter: .nearest, wrap: .clamp), 12)
  }

  @Test("to_uv acts forward: uv' = M · (u, v, 1)") func transform() {
    let m = UVTransform(u: [2, 0], v: [0, 1], translation: [0, 0.5])
    expect(lookup([0.25, 0], transform: m), lookup([0.5, 0.5]))
    let turned = UVTransform(u: [0, 1], v: [-1, 0], translation: [1, 0])
    expect(lookup([0.25, 0.5], transform: turned), lookup([0.5, 0.25]))
  }

  @Test("A lookup differentiates in u and v, through to_uv", arguments: [TextureWrap.repeat, .mirror, .clamp])
  func derivative(_ wrap: TextureWrap) {
    let m = UVTransform(u: [1.5, 0.4], v: [-0.3, 2], translation: [0.1, 0.2])
    let record = TextureRecord(
      .bitmap(offset: 0, width: 3, height: 2, channels: 1, filter: .bilinear, wrap: wrap, uv: m))
    for uv in [SIMD2<Float>(0.31, 0.17), [0.8, 0.66], [-0.4, 1.3]] {
      let f = record.footprint(at: uv)
      Self.texels.withUnsafeBufferPointer { texels in
        let h: Float = 1e-3
        let du =
          (lookup(uv + [h, 0], wrap: wrap, transform: m) - lookup(uv - [h, 0], wrap: wrap, transform: m)) / (2 * h)
        let dv =
          (lookup(uv + [0, h], wrap: wrap, transform: m) - lookup(uv - [0, h], wrap: wrap, transform: m)) / (2 * h)
        // Bilinear between centres: differences are exact but for rounding of values up to 12.
        #expect(abs(f.scalar(texels.baseAddress!, f.weightsU) - du) < 24 * 0x1p-22 / h)
        #expect(abs(f.scalar(texels.baseAddress!, f.weightsV) - dv) < 24 * 0x1p-22 / h)
      }
    }
  }

  @Test("Weights sum to 1 and their derivatives to 0") func partition() {
    let record = TextureRecord(
      .bitmap(offset: 0, width: 3, height: 2, channels: 3, filter: .bilinear, wrap: .mirror, uv: .identity))
    let f = record.footprint(at: [0.123, 0.77])
    expect(f.weights.sum(), 1)
    expect(f.weightsU.sum(), 0)
    expect(f.weightsV.sum(), 0)
  }

  @Test("A texture's adjoint is the transpose of its lookup", arguments: [1, 3]) func transpose(_ channels: Int) {
    let count = 3 * 2 * channels
    var values = (0..<count).map { Float($0) * 0.37 - 1 }
    let records = OwnedBuffer([
      TextureRecord(
        .bitmap(offset: 0, width: 3, height: 2, channels: channels, filter: .bilinear, wrap: .repeat, uv: .identity))
    ])
    let wanted = OwnedBuffer(repeating: true, count: count)
    let still = OwnedBuffer([false])
    let a = Spectrum(0.3, -1, 2)
    for uv in [SIMD2<Float>(0.2, 0.9), [0.61, 0.4]] {
      let gradient = OwnedBuffer<Double>(repeating: 0, count: count)
      let (color, scalar): (Spectrum, Float) = values.withUnsafeMutableBufferPointer { buffer in
        let table = TextureTable(records: UnsafePointer(records.base), values: UnsafePointer(buffer.baseAddress!))
        let adjoint = TextureAdjoint(textures: table, transforms: UnsafePointer(still.base))
        var sink = ReverseSink(
          adjoint: Spectrum(1, 1, 1), gradient: gradient.base, wanted: UnsafePointer(wanted.base))
        adjoint.addDiagonal(0, uv, a, to: &sink)
        adjoint.addScalar(0, uv, a, to: &sink)
        return (table.color(0, uv), table.scalar(0, uv))
      }
      // Lookups are linear, so ⟨gradient, texels⟩ = a · colour + (Σ a) · scalar.
      let found = zip(gradient.buffer, values).reduce(0.0) { $0 + $1.0 * Double($1.1) }
      #expect(abs(found - Double(dot(a, color) + a.sum() * scalar)) < 1e-5)
    }
  }

  @Test("A checkerboard has cells of side ½; for numbers its colours are exchanged") func checkerboard() {
    let record = TextureRecord(.checkerboard(offset0: 0, channels0: 1, offset1: 1, channels1: 1, uv: .identity))
    let values: [Float] = [0.4, 0.2]
    values.withUnsafeBufferPointer { e in
      for (uv, first) in [
        (SIMD2<Float>(0.2, 0.2), true), ([0.7, 0.2], false), ([0.7, 0.7], true), ([1.2, 0.7], false),
      ] {
        let f = record.footprint(at: uv)
        expect(f.scalar(e.baseAddress!, f.weights), first ? 0.4 : 0.2)
        let number = record.footprint(at: uv, isScalar: true)
        expect(number.scalar(e.baseAddress!, number.weights), first ? 0.2 : 0.4)
      }
    }
  }
}
