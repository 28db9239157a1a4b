import Foundation

/// How far normals for shading are smoothed.
///
/// A wrinkle of the mesh that is none of the object shades a picture as no photo is shaded; dividing photos by that shading
/// draws it into the base colours. Too much smoothing leaves the object's own shading in them. Between the two, base colours
/// vary least.
struct NormalSmoothing {
  /// Numbers of rounds that are tried.
  private static let candidates = [0, 4, 8, 16, 32, 64, 128]
  /// Share of what smoothing can win that is enough.
  private static let enough = 0.95
  /// Radiance below this share of the mean does not count: its logarithm is noise.
  private static let darkest: Float = 0.02

  /// Of the candidates' base colours: mean |Δ log| along the edges of the mesh.
  private(set) var variations: [(rounds: Int, variation: Double)] = []

  /// The fewest rounds that win nearly what the best win: behind the wrinkles, the object's own shapes go little by little,
  /// and where it is smooth, that costs base colours nothing.
  var rounds: Int {
    let all = variations.map(\.variation)
    guard let worst = all.max(), let best = all.min(), best < worst else { return TriangleMesh.smoothingRounds }
    return variations.first { worst - $0.variation >= Self.enough * (worst - best) }?.rounds ?? 0
  }

  /// - Parameters:
  ///   - light: what is around the object; what surfaces throw onto each other is left out.
  init(_ object: TexturedMesh, light: Surroundings) {
    let colors = object.vertexMeans(of: object.texels)
    let floor = Self.darkest * (colors.reduce(.zero, +) / Float(max(colors.count, 1))) + 1e-6
    let radiance = colors.map { Self.logarithm(pointwiseMax($0, floor)) }
    let irradiance = Irradiance(light)
    var (normals, done) = (object.mesh.vertexNormals(), 0)
    for rounds in Self.candidates {
      normals = object.mesh.smoothed(normals, rounds: rounds - done)
      done = rounds
      let (current, ranges) = (normals, Parallel.ranges(normals.count, parts: 64))
      let base = Parallel.map(ranges.count) { part in
        ranges[part].map { radiance[$0] - Self.logarithm(pointwiseMax(irradiance.value(current[$0]), floor)) }
      }.flatMap(\.self)
      var sum = 0.0
      for t in object.mesh.triangles {
        for (a, b) in [(t.x, t.y), (t.y, t.z), (t.z, t.x)] {
          let step = base[Int(a)] - base[Int(b)]
          sum += Double(abs(step.x) + abs(step.y) + abs(step.z))
        }
      }
      variations.append((rounds, sum / Double(max(9 * object.mesh.triangles.count, 1))))
    }
  }

  private static func logarithm(_ v: SIMD3<Float>) -> SIMD3<Float> { SIMD3(logf(v.x), logf(v.y), logf(v.z)) }
}
