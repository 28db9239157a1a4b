import Foundation
import Testing

@testable import PenumbraReconstruction

@Suite("Exposure and white balance of photos") struct PhotoGainsTests {
  /// A sphere in a box of triangles' size of a twentieth of its radius.
  private func sphere() -> TriangleMesh {
    let field = ScalarField(box: Box([-1, -1, -1], [1, 1, 1]), resolution: 40) { grid, y, z in
      (0..<grid.size.x).map { length(grid.position($0, y, z)) - 0.7 }
    }
    return field.surface
  }

  @Test("Factors of photos are found up to the one that all share, noise and highlights notwithstanding")
  func factors() throws {
    var photos = SyntheticPhotos.sphere(radius: 0.7, center: .zero, count: 14)
    var generator = SplitMix(state: 3)
    func random(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &generator) }
    var expected: [SIMD3<Double>] = []
    for index in photos.indices {
      let gain = SIMD3(random(-0.5...0.5), random(-0.5...0.5), random(-0.5...0.5))
      expected.append(gain)
      for pixel in photos[index].validity.indices {
        // One pixel in twenty is a highlight.
        let highlight = random(0...1) < 0.05 ? 1.5 : 1
        for c in 0..<3 {
          let factor = exp(gain[c]) * highlight * random(0.97...1.03)
          photos[index].rgb[3 * pixel + c] *= Float(factor)
        }
      }
    }
    let mean = expected.reduce(.zero, +) / Double(expected.count)
    let gains = try #require(PhotoGains(photos, mesh: sphere()))
    for (found, gain) in zip(gains.logarithms, expected) {
      let error = found - (gain - mean)
      // Hundreds of points of 2 % noise each; highlights that are interpolated keep some of their say.
      for c in 0..<3 { #expect(abs(error[c]) < 0.01, "\(error)") }
    }
    // Photos that are divided by them agree.
    for index in photos.indices { PhotoGains.apply(gains.logarithms[index], to: &photos[index]) }
    #expect(try #require(PhotoGains(photos, mesh: sphere())).range < 1.01)
  }

  @Test("Photos that share no points have no factors")
  func apart() {
    let photos = SyntheticPhotos.sphere(radius: 0.7, center: .zero, count: 2)
    #expect(PhotoGains(photos, mesh: sphere()) == nil)
  }
}
