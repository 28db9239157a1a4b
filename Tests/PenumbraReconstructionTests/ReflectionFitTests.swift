import Foundation
import Testing

@testable import PenumbraReconstruction

@Suite("Reflections from what changes with the view") struct ReflectionFitTests {
  private let roughnesses: [Float] = [0.1, 0.2, 0.35, 0.5, 0.7, 1]
  private let radius = 0.7

  /// A lobe around the mirrored direction, for each pixel of the sphere.
  private func gloss(_ photos: [Photo], roughness: Float) -> [Photo] {
    photos.map { photo in
      var picture = photo
      for pixel in 0..<(photo.width * photo.height) {
        let p = SIMD2(Double(pixel % photo.width) + 0.5, Double(pixel / photo.width) + 0.5)
        let d = normalize(photo.camera.pose.world(photo.camera.pinhole.direction(p)))
        let o = photo.camera.pose.position
        let b = dot(o, d)
        let inside = b * b - dot(o, o) + radius * radius
        guard inside > 0 else { continue }
        let n = normalize(o + d * (-b - inside.squareRoot()))
        let mirrored = d - 2 * dot(d, n) * n
        let value = exp((dot(mirrored, normalize(SIMD3(1, 0.5, 0.8))) - 1) / Double(roughness * roughness))
        for c in 0..<3 { picture.rgb[3 * pixel + c] = Float(value) }
      }
      return picture
    }
  }

  /// What the photos would show of each candidate, on a black sphere.
  private func candidates(_ photos: [Photo]) -> [(all: [Photo], gloss: [Photo])] {
    roughnesses.map { roughness in
      let lobes = gloss(photos, roughness: roughness)
      return (all: lobes, gloss: lobes)
    }
  }

  private var sphere: TriangleMesh {
    let field = ScalarField(box: Box([-1, -1, -1], [1, 1, 1]), resolution: 40) { grid, y, z in
      (0..<grid.size.x).map { length(grid.position($0, y, z)) - Float(radius) }
    }
    return field.surface
  }

  @Test("Strength, colour and roughness of a lobe are found, whatever the colours below it")
  func lobe() throws {
    let photos = SyntheticPhotos.sphere(radius: radius, center: .zero, count: 24)
    let mesh = sphere
    let truth = (strength: SIMD3<Float>(0.06, 0.05, 0.04), roughness: Float(0.43))
    var generator = SplitMix(state: 4)
    let seen = zip(photos, gloss(photos, roughness: truth.roughness)).map { photo, lobe in
      var picture = photo
      for i in picture.rgb.indices where (photo.mask?[i / 3] ?? 0) > 0 {
        // The sphere's own colour, the lobe, and noise of an 8-bit photo.
        picture.rgb[i] += truth.strength[i % 3] * lobe.rgb[i] + Float.random(in: -0.01...0.01, using: &generator)
      }
      return picture
    }
    let sightings = Sightings(seen, of: mesh, atMost: 5000)
    let fit = try #require(ReflectionFit(seen, sightings, roughnesses: roughnesses, pictures: candidates(photos)))
    // Between candidates the cost is a parabola: not better than a tenth of their distance.
    #expect(abs(fit.roughness - Double(truth.roughness)) < 3 * fit.roughnessError + 0.02)
    // The candidate beside the true roughness has another lobe, a fifth stronger or weaker over most of the sphere.
    for c in 0..<3 { #expect(abs(fit.strength[c] / Double(truth.strength[c]) - 1) < 0.25) }
    #expect(abs(fit.strength.x / fit.strength.z - 1.5) < 0.1)
    let logs = SIMD3<Double>(log(0.06), log(0.05), log(0.04))
    let error = fit.tint - (logs - logs.sum() / 3)
    for c in 0..<3 { #expect(abs(error[c]) < 3 * fit.tintError[c] + 0.01 && fit.tintError[c] < 0.1) }
    let map = try #require(RoughnessMap(fit, mesh))
    let mean = map.values.reduce(0, +) / Float(map.values.count)
    #expect(abs(mean - truth.roughness) < 0.05)
  }

  @Test("Surfaces without reflections have none")
  func none() throws {
    let photos = SyntheticPhotos.sphere(radius: radius, center: .zero, count: 12)
    let mesh = sphere
    let sightings = Sightings(photos, of: mesh, atMost: 5000)
    let fit = try #require(ReflectionFit(photos, sightings, roughnesses: roughnesses, pictures: candidates(photos)))
    #expect(fit.strength.max() < 1e-3)
  }

  @Test("A parabola's lowest point and curvature are found between candidates")
  func curve() {
    let curve = CandidateCurve(roughnesses, roughnesses.map { 3 * (Double($0) - 0.4) * (Double($0) - 0.4) + 1 })
    #expect(abs(curve.lowest - 0.4) < 0.006)
    #expect(abs(curve.curvature - 6) < 1e-4)
    #expect(abs(curve.lowest { 3 * ($0 - 0.6) * ($0 - 0.6) } - 0.5) < 0.006)
  }
}
