/// What is done with a local partial: scattered into a gradient, or contracted with a tangent.
///
/// Both modes run the same derivation and differ in this type alone, so that ⟨a, J v⟩ = ⟨Jᵀ a, v⟩ by construction.
protocol DerivativeSink {
  /// Takes ∂(pixel's r, g, b) / ∂ expanded[offset] of one sample.
  mutating func add(_ offset: Int, _ partial: Spectrum)
  /// Takes a colour input whose channel c changes channel c alone.
  mutating func addDiagonal(_ offset: Int, _ partial: Spectrum)
  /// Takes covector · weight for the three numbers of a vector: partials whose channels differ by factors alone.
  mutating func add(_ offset: Int, _ covector: Vector3, times weight: Spectrum)
  /// Takes the partials with respect to the three numbers of a vector.
  mutating func add(_ offset: Int, _ covector: Covector)
}

extension DerivativeSink {
  @inline(__always) mutating func add(_ offset: Int, _ covector: Vector3, times weight: Spectrum) {
    for axis in 0..<3 { add(offset + axis, weight * covector[axis]) }
  }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Covector) {
    for axis in 0..<3 { add(offset + axis, covector[axis]) }
  }

  /// The same for a row-major 3×4 matrix whose linear part maps `p` to a vector with the covector `linear`, and whose
  /// translation has another.
  @inline(__always)
  mutating func add(
    matrix offset: Int, linear: Vector3, at p: Vector3, translation: Vector3, times weight: Spectrum
  ) {
    for row in 0..<3 {
      add(offset + 4 * row, p * linear[row], times: weight)
      add(offset + 4 * row + 3, weight * translation[row])
    }
  }

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

  @inline(__always) mutating func add(_ offset: Int, _ covector: Vector3, times weight: Spectrum) {
    let values = covector * dot(adjoint, weight)
    for axis in 0..<3 where wanted[offset + axis] {
      if values[axis].isFinite { gradient[offset + axis] += Double(values[axis]) } else { rejected += 1 }
    }
  }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Covector) {
    let values = covector.r * adjoint.x + covector.g * adjoint.y + covector.b * adjoint.z
    for axis in 0..<3 where wanted[offset + axis] {
      if values[axis].isFinite { gradient[offset + axis] += Double(values[axis]) } else { rejected += 1 }
    }
  }

  @inline(__always) mutating func addDiagonal(_ offset: Int, _ partial: Spectrum) {
    let values = adjoint * partial
    guard wanted[offset], wanted[offset + 1], wanted[offset + 2], values.isFinite else {
      for c in 0..<3 {
        guard wanted[offset + c] else { continue }
        if values[c].isFinite { gradient[offset + c] += Double(values[c]) } else { rejected += 1 }
      }
      return
    }
    gradient[offset] += Double(values.x)
    gradient[offset + 1] += Double(values.y)
    gradient[offset + 2] += Double(values.z)
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

  @inline(__always) mutating func add(_ offset: Int, _ covector: Vector3, times weight: Spectrum) {
    let speed = dot(covector, Vector3(tangent[offset], tangent[offset + 1], tangent[offset + 2]))
    let value = weight * speed
    if value.isFinite { derivative += value } else { rejected += 1 }
  }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Covector) {
    let value = covector.applied(to: Vector3(tangent[offset], tangent[offset + 1], tangent[offset + 2]))
    if value.isFinite { derivative += value } else { rejected += 1 }
  }
}
