import Testing

@testable import PenumbraReconstruction

@Suite("Fairing") struct FairingTests {
  /// A plane of equal triangles with sides of 1 and waves along x.
  private func waves(length: Double, height: Double) -> TriangleMesh {
    let (columns, rows) = (121, 81)
    var mesh = TriangleMesh()
    for y in 0..<rows {
      for x in 0..<columns {
        let p = SIMD2(Double(x) + 0.5 * Double(y % 2), Double(y) * 0.75.squareRoot())
        mesh.positions.append(SIMD3(Float(p.x), Float(p.y), Float(height * cosine(2 * .pi * p.x / length))))
      }
    }
    func number(_ x: Int, _ y: Int) -> UInt32 { UInt32(y * columns + x) }
    for y in 0..<(rows - 1) {
      for x in 0..<(columns - 1) {
        let (a, b, c, d) = (number(x, y), number(x + 1, y), number(x, y + 1), number(x + 1, y + 1))
        mesh.triangles += y % 2 == 0 ? [[a, b, c], [b, d, c]] : [[a, d, c], [a, b, d]]
      }
    }
    return mesh
  }

  /// How much of the waves' height is left far from the borders.
  private func kept(of mesh: TriangleMesh, height: Double, length: Double, wavelength: Double) -> Double {
    let smooth = Fairing(mesh).smooth(mesh.positions, wavelength: wavelength)
    var (product, square) = (0.0, 0.0)
    for p in smooth where p.x > 45 && p.x < 75 && p.y > 30 && p.y < 40 {
      let wave = cosine(2 * .pi * Double(p.x) / length)
      product += Double(p.z) * wave
      square += wave * wave
    }
    return product / square / height
  }

  @Test(
    "Waves of the wanted length keep half of their height, those of half the length a seventeenth", arguments: [8.0, 12])
  func halves(wavelength: Double) {
    let long = waves(length: wavelength, height: 0.1)
    // The lattice's eigenvalue is k² / 4 up to k⁴ / 64.
    #expect(abs(kept(of: long, height: 0.1, length: wavelength, wavelength: wavelength) - 0.5) < 0.05)
    let short = waves(length: wavelength / 2, height: 0.1)
    #expect(abs(kept(of: short, height: 0.1, length: wavelength / 2, wavelength: wavelength) - 1.0 / 17) < 0.04)
  }

  @Test("Waves four times as long keep their height")
  func long() {
    let mesh = waves(length: 32, height: 0.5)
    #expect(kept(of: mesh, height: 0.5, length: 32, wavelength: 8) > 0.98)
  }
}
