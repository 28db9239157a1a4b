/// Takes covectors of each channel as they are, for a sink that may count channels and keep less.
struct PerChannelSink<Base: DerivativeSink>: DerivativeSink {
  typealias Vectors = Covector

  var base: Base

  @inline(__always) mutating func add(_ offset: Int, _ partial: Spectrum) { base.add(offset, partial) }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Vector3, times weight: Spectrum) {
    base.add(offset, covector, times: weight)
  }
}
