/// What is done with a local partial: scattered into a gradient, or contracted with a tangent.
///
/// Both modes run the same derivation and differ in this type alone, so that ⟨a, J v⟩ = ⟨Jᵀ a, v⟩ by construction.
protocol DerivativeSink {
  /// Takes ∂(pixel's r, g, b) / ∂ expanded[offset] of one sample.
  mutating func add(_ offset: Int, _ partial: Spectrum)
}

extension DerivativeSink {
  /// A colour input whose channel c changes channel c alone.
  @inline(__always) mutating func addDiagonal(_ offset: Int, _ partial: Spectrum) {
    add(offset, Spectrum(partial.x, 0, 0))
    add(offset + 1, Spectrum(0, partial.y, 0))
    add(offset + 2, Spectrum(0, 0, partial.z))
  }
}

/// Reverse mode: gradient[offset] += adjoint · partial.
struct ReverseSink: DerivativeSink {
  let adjoint: Spectrum
  /// Indexed by expanded-vector offset; only elements marked in `wanted` exist.
  let gradient: UnsafeMutablePointer<Double>
  let wanted: UnsafePointer<Bool>
  var rejected: UInt64 = 0

  @inline(__always) mutating func add(_ offset: Int, _ partial: Spectrum) {
    guard wanted[offset] else { return }
    let value = dot(adjoint, partial)
    if value.isFinite { gradient[offset] += Double(value) } else { rejected += 1 }
  }
}

/// Forward mode: derivative += partial · tangent[offset].
struct ForwardSink: DerivativeSink {
  let tangent: UnsafePointer<Float>
  var derivative = Spectrum.zero
  var rejected: UInt64 = 0

  @inline(__always) mutating func add(_ offset: Int, _ partial: Spectrum) {
    let value = partial * tangent[offset]
    if value.isFinite { derivative += value } else { rejected += 1 }
  }
}
