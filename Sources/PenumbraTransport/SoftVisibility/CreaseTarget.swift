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

  func wants(_ pixel: SIMD2<Float>) -> Bool { base.wants(pixel) && factor(pixel) > Self.least }

  func sink(at pixel: SIMD2<Float>, _ weight: FilmWeight) -> ScaledSink<Base.Sink>? {
    base.sink(at: pixel, weight).map { ScaledSink(base: $0, factor: factor(pixel)) }
  }

  private func factor(_ pixel: SIMD2<Float>) -> Float {
    let isOpen = primary.choose(
      at: CameraSample(film: primary.tracer.sensor.fraction(ofPixel: pixel)), number: 0,
      candidates: &candidates.pointee, rays: &rays.pointee)
    return isOpen ? candidates.pointee.certainty(relative: primary.temperature / primary.footprint) : 1
  }

  mutating func take(_ sink: ScaledSink<Base.Sink>, at pixel: SIMD2<Float>, _ weight: FilmWeight) {
    base.take(sink.base, at: pixel, weight)
  }
}
