/// Multiplies all partials by a number on their way to another sink.
struct ScaledSink<Base: DerivativeSink>: DerivativeSink {
  var base: Base
  let factor: Float

  @inline(__always) mutating func add(_ offset: Int, _ partial: Spectrum) { base.add(offset, partial * factor) }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Vector3, times weight: Spectrum) {
    base.add(offset, covector, times: weight * factor)
  }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Covector) { base.add(offset, covector * factor) }
}
