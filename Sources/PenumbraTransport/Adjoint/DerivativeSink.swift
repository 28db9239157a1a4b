/// What is done with a local partial: scattered into a gradient, or contracted with a tangent.
///
/// Both modes run the same derivation and differ in this type alone, so that ⟨a, J v⟩ = ⟨Jᵀ a, v⟩ by construction.
protocol DerivativeSink {
  /// What is carried along a path.
  associatedtype Vectors: ChannelVector = Covector
  /// Takes ∂(pixel's r, g, b) / ∂ expanded[offset] of one sample.
  mutating func add(_ offset: Int, _ partial: Spectrum)
  /// Takes a colour input whose channel c changes channel c alone.
  mutating func addDiagonal(_ offset: Int, _ partial: Spectrum)
  /// Takes covector · weight for the three numbers of a vector: partials whose channels differ by factors alone.
  mutating func add(_ offset: Int, _ covector: Vector3, times weight: Spectrum)
  /// How much each channel counts of a weight: what `Vectors` are made with.
  func counted(_ weight: Spectrum) -> Spectrum
  /// Takes the partials with respect to the three numbers of a vector.
  mutating func add(_ offset: Int, _ covector: Vectors)
  /// Takes covector · weight for the three numbers of a vector.
  mutating func add(_ offset: Int, _ covector: Vector3, counted weight: Vectors.Weight)
  /// Takes the partial with respect to a single number.
  mutating func add(_ offset: Int, counted partial: Vectors.Weight)
  /// Takes the partials with respect to a row-major 3×4 matrix whose linear part maps `p` to a vector with the covector
  /// `linear`, and whose translation has another; covectors · weight both.
  mutating func add(matrix offset: Int, linear: Vector3, at p: Vector3, translation: Vector3, times weight: Spectrum)
  /// The same for covectors of each channel.
  mutating func add(matrix offset: Int, linear: Vectors, at p: Vector3, translation: Vectors)
}

extension DerivativeSink {
  @inline(__always) mutating func add(_ offset: Int, _ covector: Vector3, times weight: Spectrum) {
    for axis in 0..<3 { add(offset + axis, weight * covector[axis]) }
  }

  @inline(__always)
  mutating func add(
    matrix offset: Int, linear: Vector3, at p: Vector3, translation: Vector3, times weight: Spectrum
  ) {
    for row in 0..<3 {
      add(offset + 4 * row, p * linear[row], times: weight)
      add(offset + 4 * row + 3, weight * translation[row])
    }
  }

  @inline(__always)
  mutating func add(matrix offset: Int, linear: Vectors, at p: Vector3, translation: Vectors) {
    for row in 0..<3 {
      add(offset + 4 * row, p, counted: linear[row])
      add(offset + 4 * row + 3, counted: translation[row])
    }
  }

  @inline(__always) mutating func addDiagonal(_ offset: Int, _ partial: Spectrum) {
    add(offset, Spectrum(partial.x, 0, 0))
    add(offset + 1, Spectrum(0, partial.y, 0))
    add(offset + 2, Spectrum(0, 0, partial.z))
  }
}

extension DerivativeSink where Vectors == Covector {
  @inline(__always) func counted(_ weight: Spectrum) -> Spectrum { weight }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Covector) {
    for axis in 0..<3 { add(offset + axis, covector[axis]) }
  }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Vector3, counted weight: Spectrum) {
    add(offset, covector, times: weight)
  }

  @inline(__always) mutating func add(_ offset: Int, counted partial: Spectrum) { add(offset, partial) }
}

/// Reverse mode: gradient[offset] += adjoint · partial.
struct ReverseSink: DerivativeSink {
  typealias Vectors = LossCovector

  let adjoint: Spectrum
  /// Indexed by expanded-vector offset; only elements marked in `wanted` exist.
  let gradient: UnsafeMutablePointer<Double>
  let wanted: UnsafePointer<Bool>
  var rejected: UInt64 = 0

  @inline(__always) mutating func add(_ offset: Int, _ partial: Spectrum) {
    add(offset, counted: dot(adjoint, partial))
  }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Vector3, times weight: Spectrum) {
    add(offset, LossCovector(covector * dot(adjoint, weight)))
  }

  @inline(__always) func counted(_ weight: Spectrum) -> Spectrum { adjoint * weight }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Vector3, counted weight: Float) {
    add(offset, LossCovector(covector * weight))
  }

  @inline(__always) mutating func add(_ offset: Int, counted partial: Float) {
    guard wanted[offset] else { return }
    if partial.isFinite { gradient[offset] += Double(partial) } else { rejected += 1 }
  }

  @inline(__always) mutating func add(_ offset: Int, _ covector: LossCovector) {
    let values = covector.sum
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

  @inline(__always) mutating func add(_ offset: Int, _ partial: Spectrum) { take(partial * tangent[offset]) }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Vector3, times weight: Spectrum) {
    take(weight * dot(covector, velocity(offset)))
  }

  @inline(__always) mutating func add(_ offset: Int, _ covector: Covector) {
    take(covector.applied(to: velocity(offset)))
  }

  @inline(__always)
  mutating func add(
    matrix offset: Int, linear: Vector3, at p: Vector3, translation: Vector3, times weight: Spectrum
  ) {
    let moved = velocity(matrix: offset, at: p)
    take(weight * (dot(linear, moved.linear) + dot(translation, moved.translation)))
  }

  @inline(__always)
  mutating func add(matrix offset: Int, linear: Covector, at p: Vector3, translation: Covector) {
    let moved = velocity(matrix: offset, at: p)
    take(linear.applied(to: moved.linear) + translation.applied(to: moved.translation))
  }

  @inline(__always) private func velocity(_ offset: Int) -> Vector3 {
    Vector3(tangent[offset], tangent[offset + 1], tangent[offset + 2])
  }

  /// What a moving row-major 3×4 matrix makes of a point: by its linear part, and by its translation.
  @inline(__always)
  private func velocity(matrix offset: Int, at p: Vector3) -> (linear: Vector3, translation: Vector3) {
    let (a, b, c) = (offset, offset + 4, offset + 8)
    return (
      Vector3(dot(velocity(a), p), dot(velocity(b), p), dot(velocity(c), p)),
      Vector3(tangent[a + 3], tangent[b + 3], tangent[c + 3])
    )
  }

  @inline(__always) private mutating func take(_ value: Spectrum) {
    if value.isFinite { derivative += value } else { rejected += 1 }
  }
}
