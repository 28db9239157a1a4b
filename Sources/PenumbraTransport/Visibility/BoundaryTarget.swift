/// Where boundary samples leave their derivatives.
protocol BoundaryTarget {
  associatedtype Sink: DerivativeSink
  /// Share of the next samples in the mean.
  var share: Float { get set }
  /// Whether it may make a difference what is found at a film position in pixels; asked before rays are traced.
  func wants(_ pixel: SIMD2<Float>) -> Bool
  /// A sink for a film position in pixels; `nil` when nothing there counts.
  func sink(at pixel: SIMD2<Float>, _ weight: FilmWeight) -> Sink?
  /// Takes a sink back when the sample is complete.
  mutating func take(_ sink: Sink, at pixel: SIMD2<Float>, _ weight: FilmWeight)
}

extension BoundaryTarget {
  @inline(__always) func sink(at pixel: SIMD2<Float>) -> Sink? { sink(at: pixel, .value) }
  @inline(__always) mutating func take(_ sink: Sink, at pixel: SIMD2<Float>) { take(sink, at: pixel, .value) }
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

  func sink(at pixel: SIMD2<Float>, _ weight: FilmWeight) -> ForwardSink? { ForwardSink(tangent: tangent) }

  mutating func take(_ sink: ForwardSink, at pixel: SIMD2<Float>, _ weight: FilmWeight) {
    rejected += sink.rejected
    let value = SIMD3<Double>(sink.derivative)
    footprint.forEach(at: pixel, weight) { index, h in
      for c in 0..<3 { image[3 * index + c] += value[c] * Double(h * share) }
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

  func wants(_ pixel: SIMD2<Float>) -> Bool { !sum(pixel, .value).isZero }

  /// The adjoint image's value at a film position.
  private func sum(_ pixel: SIMD2<Float>, _ weight: FilmWeight) -> Spectrum {
    var sum = Spectrum.zero
    footprint.forEach(at: pixel, weight) { index, h in
      let a = adjoint + 3 * index
      sum += Spectrum(a[0], a[1], a[2]) * h
    }
    return sum
  }

  func sink(at pixel: SIMD2<Float>, _ weight: FilmWeight) -> ReverseSink? {
    let sum = sum(pixel, weight)
    guard !sum.isZero else { return nil }
    return ReverseSink(adjoint: sum * share, gradient: gradient, wanted: wanted)
  }

  mutating func take(_ sink: ReverseSink, at pixel: SIMD2<Float>, _ weight: FilmWeight) { rejected += sink.rejected }
}
