import Testing

@testable import PenumbraReconstruction

@Suite("Smoothing of shading normals") struct NormalSmoothingTests {
  /// A bright spot in a grey sky.
  private var light: Surroundings {
    var light = Surroundings(width: 32, height: 16, color: SIMD3(0.5, 0.6, 0.7))
    for c in 0..<3 { for x in 4..<8 { light.colors[3 * (5 * 32 + x) + c] = 20 } }
    return light
  }

  /// A sphere of radius 0.7 with bumps of three edges' length, lit by `light`, whose vertices are off along its normals by up to
  /// `noise` edges; photos know the bumps.
  private func sphere(bumps: Float, noise: Float) -> TexturedMesh {
    @Sendable func radius(_ d: SIMD3<Float>) -> Float { 0.7 + bumps * Self.wave(d.x) * Self.wave(d.y) * Self.wave(d.z) }
    let field = ScalarField(box: Box([-1, -1, -1], [1, 1, 1]), resolution: 40) { grid, y, z in
      (0..<grid.size.x).map {
        let p = grid.position($0, y, z)
        return length(p) - radius(normalize(p))
      }
    }
    var mesh = Remesher.remesh(field.surface, edgeLength: 0.05)
    let atlas = UVAtlas(mesh, texelsPerUnit: 40, largestSide: 512)
    let (irradiance, normals) = (Irradiance(light), mesh.vertexNormals())
    let colors = normals.map { 0.4 * irradiance.value($0) }
    var texels = [Float](repeating: 0, count: 3 * atlas.width * atlas.height)
    for texel in atlas.surfaceTexels() {
      let t = mesh.triangles[Int(texel.triangle)]
      let color = texel.at.x * colors[Int(t.x)] + texel.at.y * colors[Int(t.y)] + texel.at.z * colors[Int(t.z)]
      for c in 0..<3 { texels[3 * Int(texel.index) + c] = color[c] }
    }
    var generator = SplitMix(state: 2)
    for i in mesh.positions.indices {
      mesh.positions[i] *= 1 + 0.05 * noise * Float.random(in: -1...1, using: &generator) / 0.7
    }
    return TexturedMesh(mesh: mesh, atlas: atlas, texels: texels, surroundings: nil)
  }

  /// A smooth wave of the angle that x is the sine of, three periods in −1...1.
  private static func wave(_ x: Float) -> Float {
    let y = 3 * x - (3 * x).rounded()
    return 1 - 16 * y * y * (0.5 - abs(y)) * 2
  }

  @Test("Irradiance of a constant sky is π times its radiance from every side")
  func constantSky() {
    let irradiance = Irradiance(Surroundings(width: 64, height: 65, color: SIMD3(1, 2, 3)))
    for normal: SIMD3<Float> in [SIMD3(0, 1, 0), SIMD3(0.6, 0, -0.8), SIMD3(-0.48, 0.6, 0.64)] {
      let error = irradiance.value(normal) / SIMD3(1, 2, 3) - 1
      // The trapezoid rule over 64 rows and the kink at the horizon: (π / 64)² and less.
      #expect(max(abs(error.x), abs(error.y), abs(error.z)) < 0.0024)
    }
  }

  @Test("Wrinkles that photos do not show are smoothed more than bumps that they do show")
  func wrinkles() {
    let wrinkled = NormalSmoothing(sphere(bumps: 0, noise: 0.3), light: light)
    let bumpy = NormalSmoothing(sphere(bumps: 0.05, noise: 0), light: light)
    #expect(wrinkled.rounds > bumpy.rounds)
    #expect(bumpy.rounds == 0)
  }

  @Test("The number of rounds that is chosen turns normals nearer to the sphere's own than any fewer")
  func choice() {
    let object = sphere(bumps: 0, noise: 0.3)
    let chosen = NormalSmoothing(object, light: light).rounds
    func error(_ rounds: Int) -> Float {
      zip(object.mesh.shadingNormals(rounds: rounds), object.mesh.positions).reduce(0) {
        $0 + 1 - dot($1.0, normalize($1.1))
      }
    }
    for fewer in 0..<chosen { #expect(error(chosen) < error(fewer)) }
  }
}
