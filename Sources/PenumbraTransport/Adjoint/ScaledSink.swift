/// Multiplies all partials by a number on their way to another sink.
struct ScaledSink<Base: DerivativeSink>: DerivativeSink {
  typealias Vectors = Base.Vectors

  var base: Base
  let factor: Float

  @inline(__always) mutating func add(_ offset: Int, _ partial: Spectrum) { base.add(offset, partial * factor) }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Vector3, times weight: Spectrum) {
    base.add(offset, covector, times: weight * factor)
  }

  @inline(__always) func counted(_ weight: Spectrum) -> Spectrum { base.counted(weight * factor) }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Base.Vectors) { base.add(offset, covector) }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Vector3, counted weight: Base.Vectors.Weight) {
    base.add(offset, covector, counted: weight)
  }

  @inline(__always) mutating func add(_ offset: Int, counted partial: Base.Vectors.Weight) {
    base.add(offset, counted: partial)
  }

  @inline(__always)
  mutating func add(
    matrix offset: Int, linear: Vector3, at p: Vector3, translation: Vector3, times weight: Spectrum
  ) {
    base.add(matrix: offset, linear: linear, at: p, translation: translation, times: weight * factor)
  }

  @inline(__always)
  mutating func add(matrix offset: Int, linear: Base.Vectors, at p: Vector3, translation: Base.Vectors) {
    base.add(matrix: offset, linear: linear, at: p, translation: translation)
  }
}
