/// What is left of the reconstruction filter at the film's edges, where no samples are taken beyond the picture.
///
/// Along each axis a pixel near an edge draws its positions from the part of the filter inside the film alone, so that its
/// value is the weighted mean of the samples there, as Mitsuba has it without `sample_border`.
struct FilmBorder: Sendable {
  /// Along one axis, for one pixel: where its share of the cumulative filter begins and how large it is.
  struct Share: Sendable {
    var low: Float = 0
    var span: Float = 1
    /// Factor of the weights of filters of both signs.
    var scale: Float = 1
    /// The filter's integral over that of its part inside.
    var normalisation: Float = 1
  }

  private let columns: [Share]
  private let rows: [Share]

  init(_ film: Film) {
    guard !film.samplesBorder, film.filter.radius > 0.5 else {
      (columns, rows) = ([], [])
      return
    }
    let mass = FilterMass(film.filter)
    (columns, rows) = (mass.shares(film.width), mass.shares(film.height))
  }

  /// Moves canonical uniforms into the part of the filter inside the film.
  @inline(__always) func confined(_ u: SIMD2<Float>, x: Int, y: Int) -> (u: SIMD2<Float>, scale: Float) {
    guard !columns.isEmpty else { return (u, 1) }
    let (column, row) = (columns[x], rows[y])
    return (
      SIMD2(column.low + u.x * column.span, row.low + u.y * row.span), column.scale * row.scale
    )
  }

  /// The integral of the whole filter over that of its part inside the film, for a pixel.
  @inline(__always) func normalisation(x: Int, y: Int) -> Float {
    columns.isEmpty ? 1 : columns[x].normalisation * rows[y].normalisation
  }

  /// Whether samples are taken outside the picture.
  var isOpen: Bool { columns.isEmpty }

  /// As `confined`, for eight samples of a pixel.
  @inline(__always) func confined(_ u: (Packet, Packet), x: Int, y: Int) -> (x: Packet, y: Packet, scale: Float) {
    guard !columns.isEmpty else { return (u.0, u.1, 1) }
    let (column, row) = (columns[x], rows[y])
    return (column.low + u.0 * column.span, row.low + u.1 * row.span, column.scale * row.scale)
  }
}

/// Integrals of a filter along one axis.
private struct FilterMass {
  let filter: ReconstructionFilter
  private let whole: (signed: Double, absolute: Double)

  init(_ filter: ReconstructionFilter) {
    self.filter = filter
    whole = Self.integrals(filter, to: filter.radius)
  }

  /// ∫ f and ∫ |f| from the filter's beginning, by Simpson's rule.
  private static func integrals(_ filter: ReconstructionFilter, to end: Float) -> (signed: Double, absolute: Double) {
    let (low, high) = (-Double(filter.radius), Double(min(end, filter.radius)))
    guard high > low else { return (0, 0) }
    let steps = 1024
    let h = (high - low) / Double(steps)
    var (signed, absolute) = (0.0, 0.0)
    for i in 0..<steps {
      let a = low + Double(i) * h
      let values = [a + 1e-9, a + h / 2, a + h - 1e-9].map { Double(filter.weight(Float($0))) }
      signed += (values[0] + 4 * values[1] + values[2]) * h / 6
      absolute += (abs(values[0]) + 4 * abs(values[1]) + abs(values[2])) * h / 6
    }
    return (signed, absolute)
  }

  /// One share for every pixel of an axis with `count` pixels.
  func shares(_ count: Int) -> [FilmBorder.Share] {
    var result = [FilmBorder.Share](repeating: FilmBorder.Share(), count: count)
    let reach = Int(filter.radius.rounded(.up))
    for pixel in 0..<count where pixel < reach || pixel >= count - reach {
      let before = Self.integrals(filter, to: -(Float(pixel) + 0.5))
      let behind = Self.integrals(filter, to: Float(count - pixel) - 0.5)
      let (low, high) = (before.absolute / whole.absolute, behind.absolute / whole.absolute)
      // Positions follow |f| inside, weights are sign(f) ∫|f| / ∫f of the whole: both integrals shrink.
      let (span, inside) = (high - low, (behind.signed - before.signed) / whole.signed)
      result[pixel] = FilmBorder.Share(
        low: Float(low), span: Float(span), scale: Float(span / inside), normalisation: Float(1 / inside))
    }
    return result
  }
}
