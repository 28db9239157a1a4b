import Foundation
import PenumbraInverse

/// Exposure and white balance of each photo, from points of the surface that several photos show.
///
/// A point has one colour, whichever photo shows it; what photos disagree on, over all their points alike, is their own
/// factor per channel. Linear in logarithms, solved with the points eliminated and Cauchy's weights against highlights and
/// wrong places of the surface.
///
/// - Source: Brown & Lowe 2007, *Automatic panoramic image stitching*, section 6 (gain compensation), in logarithms.
struct PhotoGains {
  /// Natural logarithms of the factors, per photo and channel; their mean is 0 for each channel.
  let logarithms: [SIMD3<Double>]

  /// What differs by less is not worth a correction: highlights alone make a few percent.
  static let leastRange = 1.1
  /// Points that are asked, at most: means over thousands hold no noise that matters.
  private static let mostPoints = 20_000
  /// Disagreement of good sightings, in logarithms: shading that changes with the view.
  private static let spread = 0.1

  /// - Parameter mesh: the surface, at least roughly.
  /// - Returns: `nil` when some photo shares too little with the others.
  init?(_ photos: [Photo], mesh: TriangleMesh) {
    let step = max(1, mesh.positions.count / Self.mostPoints)
    let points = stride(from: 0, to: mesh.positions.count, by: step).map { $0 }
    let normals = mesh.vertexNormals()
    let seen = Parallel.map(photos.count) { index in
      Self.sightings(photos[index], DepthMap(mesh, from: photos[index].camera), points, mesh, normals)
    }
    var logarithms = [SIMD3<Double>](repeating: .zero, count: photos.count)
    for channel in 0..<3 {
      guard let solved = Self.solve(seen, pointCount: points.count, channel) else { return nil }
      for (photo, value) in solved.enumerated() { logarithms[photo][channel] = value }
    }
    self.logarithms = logarithms
  }

  /// Greatest factor between two photos.
  var range: Double {
    (0..<3).map { c in
      exp((logarithms.map { $0[c] }.max() ?? 0) - (logarithms.map { $0[c] }.min() ?? 0))
    }.max() ?? 1
  }

  private struct Sighting: Sendable {
    let point: Int
    let color: SIMD3<Double>
  }

  /// Logarithms of the colours that a photo shows of points, where they are neither dark nor clipped.
  private static func sightings(
    _ photo: Photo, _ depth: DepthMap, _ points: [Int], _ mesh: TriangleMesh, _ normals: [SIMD3<Float>]
  ) -> [Sighting] {
    let outline = photo.mask.map { SilhouetteDistance(mask: $0, width: photo.width, height: photo.height) }
    return points.enumerated().compactMap { number, vertex in
      let point = SIMD3<Double>(mesh.positions[vertex])
      guard let (pixel, z) = photo.camera.project(point), let range = depth.range(at: pixel),
        pixel.x > 2, pixel.y > 2, pixel.x < Double(photo.width - 2), pixel.y < Double(photo.height - 2)
      else { return nil }
      let cosine = dot(normals[vertex], normalize(SIMD3<Float>(photo.camera.pose.position - point)))
      let slack = Float(2 * z / photo.camera.pinhole.focal) / max(cosine, 0.1)
      guard cosine > 0.4, Float(z) < range.lowerBound + slack, (outline?.sample(pixel) ?? -9) < -3 else { return nil }
      let color = Bilinear(pixel, photo.width, photo.height).color(photo.rgb)
      guard color.min() > 0.01, color.max() < 0.95 else { return nil }
      return Sighting(point: number, color: SIMD3(log(Double(color.x)), log(Double(color.y)), log(Double(color.z))))
    }
  }

  private static func solve(_ seen: [[Sighting]], pointCount: Int, _ channel: Int) -> [Double]? {
    var gains = [Double](repeating: 0, count: seen.count)
    var points: [[(photo: Int, value: Double)]] = Array(repeating: [], count: pointCount)
    for (photo, sightings) in seen.enumerated() {
      for s in sightings { points[s.point].append((photo, s.color[channel])) }
    }
    points = points.filter { $0.count >= 2 }
    for round in 0..<6 {
      var matrix = SymmetricMatrix(count: seen.count)
      var right = [Double](repeating: 0, count: seen.count)
      for sightings in points {
        let levels = sightings.map { $0.value - gains[$0.photo] }
        let middle = levels.sorted()[levels.count / 2]
        let weights = levels.map { level -> Double in
          let r = (level - middle) / Self.spread
          return round == 0 ? 1 : 1 / (1 + r * r)
        }
        let total = weights.reduce(0, +)
        let mean = zip(weights, sightings).reduce(0) { $0 + $1.0 * $1.1.value } / total
        for (a, w) in zip(sightings, weights) {
          matrix[a.photo, a.photo] += w
          right[a.photo] += w * (a.value - mean)
          for (b, v) in zip(sightings, weights) { matrix[a.photo, b.photo] -= w * v / total }
        }
      }
      // Too few common points would make up any factor.
      guard (0..<seen.count).allSatisfy({ matrix[$0, $0] > 50 }) else { return nil }
      // All factors alike are the brightness of the scene: their mean stays 0.
      for i in 0..<seen.count { for j in 0..<seen.count { matrix[i, j] += 1 } }
      guard let factor = CholeskyFactor(matrix) else { return nil }
      gains = factor.solve(right)
    }
    return gains
  }

  /// What a photo that had no part in the surface's colours shows of them.
  ///
  /// - Parameter colors: of the mesh's vertices; `nil` where they are not known.
  /// - Returns: logarithms of its factors; `nil` when it shares too little.
  static func ofHeldOut(_ photo: Photo, mesh: TriangleMesh, colors: [SIMD3<Float>?]) -> SIMD3<Double>? {
    let points = mesh.positions.indices.filter { (colors[$0]?.min() ?? 0) > 0.01 }
    let seen = sightings(photo, DepthMap(mesh, from: photo.camera), points, mesh, mesh.vertexNormals())
    guard seen.count > 50 else { return nil }
    var result = SIMD3<Double>.zero
    for c in 0..<3 {
      let ratios = seen.map { $0.color[c] - log(Double(colors[points[$0.point]]?[c] ?? 1)) }.sorted()
      result[c] = ratios[ratios.count / 2]
    }
    return result
  }

  /// Divides a photo by its factors.
  static func apply(_ logarithm: SIMD3<Double>, to photo: inout Photo) {
    let gain = SIMD3(Float(exp(-logarithm.x)), Float(exp(-logarithm.y)), Float(exp(-logarithm.z)))
    for i in photo.rgb.indices { photo.rgb[i] *= gain[i % 3] }
  }
}
