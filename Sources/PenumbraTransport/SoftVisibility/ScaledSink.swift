/// Multiplies all partials by a number on their way to another sink.
struct ScaledSink<Base: DerivativeSink>: DerivativeSink {
  var base: Base
  let factor: Float

  @inline(__always) mutating func add(_ offset: Int, _ partial: Spectrum) { base.add(offset, partial * factor) }
}

/// Samples of exact edges beside relaxed outlines: they count with 2 y − 1, so that outlines themselves, whose relaxed
/// choice is counted already, vanish, and creases and folds inside them stay.
struct CreaseTarget<Base: BoundaryTarget>: BoundaryTarget {
  var base: Base
  let primary: SoftPrimary
  /// Working memory.
  let candidates: UnsafeMutablePointer<SoftCandidates>
  let rays: UnsafeMutablePointer<UInt64>

  /// Weight below which a sample is not worth its paths.
  private static var least: Float { 1e-3 }

  var share: Float {
    get { base.share }
    set { base.share = newValue }
  }

  func sink(at pixel: SIMD2<Float>, _ weight: FilmWeight) -> ScaledSink<Base.Sink>? {
    guard let sink = base.sink(at: pixel, weight) else { return nil }
    let size = SIMD2(Float(primary.tracer.sensor.width), Float(primary.tracer.sensor.height))
    let isOpen = primary.choose(
      at: CameraSample(film: pixel / size), number: 0, candidates: &candidates.pointee, rays: &rays.pointee)
    guard isOpen else { return ScaledSink(base: sink, factor: 1) }
    let factor = candidates.pointee.certainty(relative: primary.temperature / primary.footprint)
    return factor > Self.least ? ScaledSink(base: sink, factor: factor) : nil
  }

  mutating func take(_ sink: ScaledSink<Base.Sink>, at pixel: SIMD2<Float>, _ weight: FilmWeight) {
    base.take(sink.base, at: pixel, weight)
  }
}
