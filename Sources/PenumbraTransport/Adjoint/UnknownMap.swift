/// How chosen elements of θ move the elements of the expanded vector: the columns of ∂expanded/∂θ, stored by rows.
///
/// Row r holds its entries at `starts[r]..<starts[r + 1]`: which unknown, and the derivative. Most rows are empty, an albedo
/// has one entry, a vertex of a posed mesh one per pose parameter.
struct UnknownMap {
  /// Number of unknowns n.
  let count: Int
  /// Shape [expanded elements + 1].
  let starts: OwnedBuffer<Int32>
  let unknowns: OwnedBuffer<Int32>
  let derivatives: OwnedBuffer<Float>

  /// - Parameter elements: elements of θ, in the order of the unknowns.
  init(_ elements: [Int], vector: ExpandedVector) {
    count = elements.count
    var entries: [(row: Int32, unknown: Int32, derivative: Float)] = []
    for (unknown, element) in elements.enumerated() {
      var direction = [Float](repeating: 0, count: vector.layout.parameterCount)
      direction[element] = 1
      for (row, derivative) in vector.tangent(direction).enumerated() where derivative != 0 {
        entries.append((Int32(row), Int32(unknown), derivative))
      }
    }
    entries.sort { ($0.row, $0.unknown) < ($1.row, $1.unknown) }
    var starts = [Int32](repeating: 0, count: vector.layout.count + 1)
    for entry in entries { starts[Int(entry.row) + 1] += 1 }
    for row in 0..<vector.layout.count { starts[row + 1] += starts[row] }
    self.starts = OwnedBuffer(starts)
    unknowns = OwnedBuffer(entries.map(\.unknown))
    derivatives = OwnedBuffer(entries.map(\.derivative))
  }
}

/// Jacobian mode: row[i] += partial · ∂expanded[offset]/∂θᵢ for every unknown i.
struct JacobianSink: DerivativeSink {
  let starts: UnsafePointer<Int32>
  let unknowns: UnsafePointer<Int32>
  let derivatives: UnsafePointer<Float>
  /// Shape [n].
  let row: UnsafeMutablePointer<Spectrum>
  /// Multiplies every partial.
  let scale: Float
  var rejected: UInt64 = 0

  init(_ map: UnknownMap, row: UnsafeMutablePointer<Spectrum>, scale: Float) {
    starts = UnsafePointer(map.starts.base)
    unknowns = UnsafePointer(map.unknowns.base)
    derivatives = UnsafePointer(map.derivatives.base)
    self.row = row
    self.scale = scale
  }

  @inline(__always) mutating func add(_ offset: Int, _ partial: Spectrum) {
    let (first, end) = (Int(starts[offset]), Int(starts[offset + 1]))
    guard first < end else { return }
    let value = partial * scale
    guard value.isFinite else {
      rejected += 1
      return
    }
    for entry in first..<end { row[Int(unknowns[entry])] += value * derivatives[entry] }
  }
}
