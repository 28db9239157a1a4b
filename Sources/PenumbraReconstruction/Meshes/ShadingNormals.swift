extension TriangleMesh {
  /// Unit normals for shading: means over neighbours that look nearly the same way.
  ///
  /// Vertices that are a pixel or two apart are known to fractions of a pixel, which turns normals by ten degrees and more
  /// and draws wrinkles that no photo shows. Creases stay: neighbours beyond them have no say.
  ///
  /// - Parameter rounds: how often the mean is taken.
  /// - Source: Jones, Durand & Desbrun 2003, *Non-iterative, feature-preserving mesh smoothing*, the weights by angle.
  func shadingNormals(rounds: Int = smoothingRounds) -> [SIMD3<Float>] { smoothed(vertexNormals(), rounds: rounds) }

  /// Rounds where nothing is known of the light.
  static let smoothingRounds = 8

  /// Unit normals, one per vertex, after more rounds.
  func smoothed(_ start: [SIMD3<Float>], rounds: Int) -> [SIMD3<Float>] {
    var normals = start
    for _ in 0..<rounds {
      var sums = normals
      for t in triangles {
        for (a, b) in [(t.x, t.y), (t.y, t.z), (t.z, t.x)] {
          let (p, q) = (normals[Int(a)], normals[Int(b)])
          // Every edge of a closed mesh belongs to two triangles.
          let weight = 0.5 * Self.agreement(dot(p, q))
          sums[Int(a)] += weight * q
          sums[Int(b)] += weight * p
        }
      }
      normals = sums.map { normalize($0) }
    }
    return normals
  }

  /// Falls from 1 for the same direction to 0 from 45° on; a half at about 31°.
  private static func agreement(_ cosine: Float) -> Float {
    let x = min(max((cosine - 0.707) / 0.293, 0), 1)
    return x * x * (3 - 2 * x)
  }
}
