import Testing

@testable import PenumbraTransport

struct FilmFootprintTests {
  static let filters: [ReconstructionFilter] = [
    .box(), .tent(), .gaussian(), .mitchell(), .catmullRom, .lanczos(),
  ]

  @Test("A point's weights over pixels average to 1 over the film, whatever the filter", arguments: filters)
  func partition(_ filter: ReconstructionFilter) {
    let footprint = FilmFootprint(Film(width: 16, height: 16, filter: filter))
    // Midpoints of a fine grid over one pixel: the mean of the sum is the integral of the filter.
    let steps = 64
    var sum = 0.0
    for i in 0..<steps * steps {
      let p = SIMD2(8 + (Float(i % steps) + 0.5) / Float(steps), 8 + (Float(i / steps) + 0.5) / Float(steps))
      footprint.forEach(at: p) { _, weight in sum += Double(weight) }
    }
    #expect(abs(sum / Double(steps * steps) - 1) < 1e-3)
  }

  @Test("A filter's slope is that of its differences where it is smooth", arguments: filters)
  func slopes(_ filter: ReconstructionFilter) {
    // Kinks lie at multiples of half a pixel.
    for i in 0..<37 {
      let x = (Float(i) + 0.3) * 0.13 - 2.4
      let h: Float = 1e-3
      let difference = (filter.weight(x + h) - filter.weight(x - h)) / (2 * h)
      guard abs(abs(x) - filter.radius) > 2 * h, abs(x) > 2 * h else { continue }
      #expect(abs(filter.slope(x) - difference) < 2e-4, "\(filter) at \(x)")
    }
  }

  @Test("Under a box filter a point belongs to the pixel that holds it; a cropped picture is a window") func box() {
    var film = Film(width: 4, height: 3, filter: .box())
    var hits: [(Int, Float)] = []
    FilmFootprint(film).forEach(at: SIMD2(2.3, 1.9)) { hits.append(($0, $1)) }
    #expect(hits.count == 1 && hits.first?.0 == 6)
    hits = []
    film.crop = Film.Crop(fullWidth: 40, fullHeight: 40, x: 10, y: 20)
    FilmFootprint(film).forEach(at: SIMD2(12.3, 21.9)) { hits.append(($0, $1)) }
    #expect(hits.count == 1 && hits.first?.0 == 6)
    hits = []
    FilmFootprint(film).forEach(at: SIMD2(2.3, 1.9)) { hits.append(($0, $1)) }
    #expect(hits.isEmpty)
  }
}
