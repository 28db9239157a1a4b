/// Where boundary samples leave their derivatives.
protocol BoundaryTarget {
  associatedtype Sink: DerivativeSink
  /// Share of the next samples in the mean.
  var share: Float { get set }
  /// Whether it may make a difference what is found at a film position in pixels; asked before rays are traced.
  func wants(_ pixel: SIMD2<Float>) -> Bool
  /// A sink for a film position in pixels; `nil` when nothing there counts.
  func sink(at pixel: SIMD2<Float>) -> Sink?
  /// Takes a sink back when the sample is complete.
  mutating func take(_ sink: Sink, at pixel: SIMD2<Float>)
}

extension BoundaryTarget {
  func wants(_ pixel: SIMD2<Float>) -> Bool { true }
}

/// Forward mode: samples are splatted into a derivative image.
struct BoundarySplat: BoundaryTarget {
  let footprint: FilmFootprint
  let tangent: UnsafePointer<Float>
  /// Shape [height × width × 3].
  let image: UnsafeMutablePointer<Double>
  var share: Float = 0
  var rejected: UInt64 = 0

  func sink(at pixel: SIMD2<Float>) -> ForwardSink? { ForwardSink(tangent: tangent) }

  mutating func take(_ sink: ForwardSink, at pixel: SIMD2<Float>) {
    rejected += sink.rejected
    let value = SIMD3<Double>(sink.derivative)
    footprint.forEach(at: pixel) { index, weight in
      for c in 0..<3 { image[3 * index + c] += value[c] * Double(weight * share) }
    }
  }
}

/// Reverse mode: samples take the adjoint image's value where they fall.
struct BoundaryGather: BoundaryTarget {
  let footprint: FilmFootprint
  /// Shape [height × width × 3].
  let adjoint: UnsafePointer<Float>
  /// Indexed by expanded-vector offset; only elements marked in `wanted` exist.
  let gradient: UnsafeMutablePointer<Double>
  let wanted: UnsafePointer<Bool>
  var share: Float = 0
  var rejected: UInt64 = 0

  func wants(_ pixel: SIMD2<Float>) -> Bool { !weight(pixel).isZero }

  /// The adjoint image's value at a film position.
  private func weight(_ pixel: SIMD2<Float>) -> Spectrum {
    var weight = Spectrum.zero
    footprint.forEach(at: pixel) { index, h in
      let a = adjoint + 3 * index
      weight += Spectrum(a[0], a[1], a[2]) * h
    }
    return weight
  }

  func sink(at pixel: SIMD2<Float>) -> ReverseSink? {
    let weight = weight(pixel)
    guard !weight.isZero else { return nil }
    return ReverseSink(adjoint: weight * share, gradient: gradient, wanted: wanted)
  }

  mutating func take(_ sink: ReverseSink, at pixel: SIMD2<Float>) { rejected += sink.rejected }
}
