import PenumbraTransport
import Testing

@Suite("Rays against a mesh") struct MeshIntersectorTests {
  private struct Hit {
    var triangle = -1
    var distance = Float.infinity
    var barycentric = SIMD2<Float>.zero
  }

  /// The nearest of all triangles, one by one.
  private func nearest(
    _ positions: [SIMD3<Float>], _ triangles: [SIMD3<UInt32>], _ o: SIMD3<Float>, _ d: SIMD3<Float>
  ) -> Hit {
    var best = Hit()
    for (number, t) in triangles.enumerated() {
      let a = positions[Int(t.x)]
      let (e1, e2) = (positions[Int(t.y)] - a, positions[Int(t.z)] - a)
      let p = cross(d, e2)
      let determinant = (e1 * p).sum()
      guard abs(determinant) > 1e-9 else { continue }
      let s = o - a
      let q = cross(s, e1)
      let (u, v, distance) = ((s * p).sum() / determinant, (d * q).sum() / determinant, (e2 * q).sum() / determinant)
      if u >= 0, v >= 0, u + v <= 1, distance > 0, distance < best.distance {
        best = Hit(triangle: number, distance: distance, barycentric: SIMD2(u, v))
      }
    }
    return best
  }

  private func cross(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> SIMD3<Float> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
  }

  @Test("Rays meet the triangle that is first among all, or none")
  func firstHits() throws {
    var state: UInt64 = 1
    func uniform() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 23) - 1
    }
    func point(_ size: Float) -> SIMD3<Float> { size * SIMD3(uniform(), uniform(), uniform()) }
    var positions: [SIMD3<Float>] = []
    for _ in 0..<60 {
      let center = point(1)
      for _ in 0..<3 { positions.append(center + point(0.3)) }
    }
    let triangles = (0..<UInt32(60)).map { SIMD3<UInt32>(3 * $0, 3 * $0 + 1, 3 * $0 + 2) }
    let mesh = try MeshIntersector(positions: positions, triangles: triangles)
    var (hits, different) = (0, 0)
    for _ in 0..<2000 {
      let (origin, direction) = (point(1.5), point(1))
      let (expected, found) = (
        nearest(positions, triangles, origin, direction), mesh.firstHit(from: origin, towards: direction)
      )
      guard expected.triangle == found?.triangle ?? -1 else {
        different += 1
        continue
      }
      guard let found else { continue }
      hits += 1
      // Rounding of slanted triangles: some thousand units in the last place.
      #expect(abs(found.distance - expected.distance) < 1e-3 * (1 + expected.distance))
      #expect(abs(found.barycentric.x - expected.barycentric.x) < 0.01)
      #expect(abs(found.barycentric.y - expected.barycentric.y) < 0.01)
    }
    #expect(hits > 100)
    // Rays through an edge, or two triangles at one distance, may go either way.
    #expect(different <= 2)
  }

  @Test("A mesh without triangles is met by no ray")
  func empty() throws {
    #expect(try MeshIntersector(positions: [], triangles: []).firstHit(from: .zero, towards: [0, 0, 1]) == nil)
  }
}
