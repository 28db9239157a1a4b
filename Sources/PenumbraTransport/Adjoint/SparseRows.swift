/// Derivatives of the pixels of a tile, of which only those that are not 0 are kept.
struct SparseRows: Sendable {
  /// ∂(r, g, b) of a pixel by one element, or by a colour of three whose channel c changes channel c alone.
  struct Entry: BitwiseCopyable, Sendable {
    /// Place in the window of wanted elements; that of a colour's first element as its complement.
    var place: Int32
    var r: Float
    var g: Float
    var b: Float

    @inline(__always) var derivative: Spectrum { Spectrum(r, g, b) }
  }

  /// Entries of a pixel, in the order of the tile's pixels.
  private(set) var counts: [Int32] = []
  private(set) var entries: [Entry] = []

  mutating func append(_ row: UnsafeBufferPointer<Entry>) {
    counts.append(Int32(row.count))
    entries.append(contentsOf: row)
  }

  init() {}

  init(counts: [Int32], entries: [Entry]) { (self.counts, self.entries) = (counts, entries) }

  /// The mean of two estimates of the same derivatives.
  ///
  /// - Parameter row: empty scratch.
  func mean(_ other: SparseRows, _ row: SparseSink.Row) -> SparseRows {
    var result = SparseRows()
    var (first, otherFirst) = (0, 0)
    for (count, otherCount) in zip(counts, other.counts) {
      row.add(entries[first..<(first + Int(count))], scale: 0.5)
      row.add(other.entries[otherFirst..<(otherFirst + Int(otherCount))], scale: 0.5)
      result.append(row.filled)
      row.removeAll()
      first += Int(count)
      otherFirst += Int(otherCount)
    }
    return result
  }

  /// Σ ∂I/∂xᵢ vᵢ of every pixel.
  ///
  /// - Parameters:
  ///   - v: shape [window].
  ///   - body: receives a pixel's number in the tile and its sum.
  @inline(__always)
  func multiply(_ v: UnsafePointer<Float>, _ body: (_ pixel: Int, _ sum: Spectrum) -> Void) {
    entries.withUnsafeBufferPointer { entries in
      var first = 0
      for (pixel, count) in counts.enumerated() {
        var sum = Spectrum.zero
        for i in first..<(first + Int(count)) {
          let place = Int(entries[i].place)
          if place >= 0 {
            sum += entries[i].derivative * v[place]
          } else {
            sum += entries[i].derivative * Spectrum(v[~place], v[~place + 1], v[~place + 2])
          }
        }
        first += Int(count)
        body(pixel, sum)
      }
    }
  }

  /// Adds Σ u ∂I/∂xᵢ over the pixels and channels to every element of `result`, shape [window].
  ///
  /// - Parameter weight: u of a pixel by its number in the tile.
  @inline(__always)
  func multiplyTransposed(_ result: UnsafeMutablePointer<Double>, _ weight: (_ pixel: Int) -> Spectrum) {
    scatter(result, weight) { $0 }
  }

  /// Adds Σ u (∂I/∂xᵢ)² over the pixels and channels to every element of `result`, shape [window].
  @inline(__always)
  func addSquares(_ result: UnsafeMutablePointer<Double>, _ weight: (_ pixel: Int) -> Spectrum) {
    scatter(result, weight) { $0 * $0 }
  }

  @inline(__always)
  private func scatter(
    _ result: UnsafeMutablePointer<Double>, _ weight: (_ pixel: Int) -> Spectrum, _ value: (Spectrum) -> Spectrum
  ) {
    entries.withUnsafeBufferPointer { entries in
      var first = 0
      for (pixel, count) in counts.enumerated() {
        let weight = weight(pixel)
        let range = first..<(first + Int(count))
        first += Int(count)
        if weight.isZero { continue }
        for i in range {
          let (place, part) = (Int(entries[i].place), weight * value(entries[i].derivative))
          if place >= 0 {
            result[place] += Double(part.x + part.y + part.z)
          } else {
            for c in 0..<3 { result[~place + c] += Double(part[c]) }
          }
        }
      }
    }
  }
}

/// Sparse mode: collects the derivatives of one pixel, in which every element has one entry however often it is met.
struct SparseSink: DerivativeSink {
  /// The row at hand.
  final class Row {
    /// Of two kinds, at most one each per wanted element.
    private let entries: UnsafeMutablePointer<SparseRows.Entry>
    /// Where an element's entry is, −1 for none; first of single elements, then of colours.
    private let places: UnsafeMutablePointer<Int32>
    private let window: Int
    private var count = 0

    init(window: Int) {
      self.window = window
      entries = .allocate(capacity: 2 * window)
      places = .allocate(capacity: 2 * window)
      places.initialize(repeating: -1, count: 2 * window)
    }

    deinit {
      entries.deallocate()
      places.deallocate()
    }

    var filled: UnsafeBufferPointer<SparseRows.Entry> { UnsafeBufferPointer(start: entries, count: count) }

    func removeAll() {
      for i in 0..<count { places[slot(Int(entries[i].place))] = -1 }
      count = 0
    }

    func add(_ some: ArraySlice<SparseRows.Entry>, scale: Float) {
      for entry in some { add(Int(entry.place), entry.derivative * scale) }
    }

    @inline(__always) func add(_ place: Int, _ value: Spectrum) {
      let slot = slot(place)
      let known = Int(places[slot])
      if known >= 0 {
        entries[known].r += value.x
        entries[known].g += value.y
        entries[known].b += value.z
      } else {
        places[slot] = Int32(count)
        entries[count] = SparseRows.Entry(place: Int32(place), r: value.x, g: value.y, b: value.z)
        count += 1
      }
    }

    @inline(__always) private func slot(_ place: Int) -> Int { place >= 0 ? place : window + ~place }
  }

  let wanted: UnsafePointer<Bool>
  /// First element of the window.
  let first: Int
  let row: Row
  /// Multiplies every partial.
  let scale: Float
  private(set) var rejected: UInt64 = 0

  init(_ scope: GradientScope, _ row: Row, scale: Float) {
    wanted = UnsafePointer(scope.wanted.base)
    first = scope.window.lowerBound
    self.row = row
    self.scale = scale
  }

  @inline(__always) mutating func add(_ offset: Int, _ partial: Spectrum) {
    guard wanted[offset] else { return }
    let value = partial * scale
    if value.isFinite { row.add(offset - first, value) } else { rejected += 1 }
  }

  @inline(__always) mutating func addDiagonal(_ offset: Int, _ partial: Spectrum) {
    let value = partial * scale
    guard wanted[offset], wanted[offset + 1], wanted[offset + 2], value.isFinite else {
      add(offset, Spectrum(partial.x, 0, 0))
      add(offset + 1, Spectrum(0, partial.y, 0))
      add(offset + 2, Spectrum(0, 0, partial.z))
      return
    }
    row.add(~(offset - first), value)
  }
}
