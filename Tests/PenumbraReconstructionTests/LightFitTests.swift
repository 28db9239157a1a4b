import Foundation
import Testing

@testable import PenumbraReconstruction

@Suite("Light on a surface, and from it") struct LightFitTests {
  private static func sphere(_ center: SIMD3<Float>, radius: Float, resolution: Int = 40) -> TriangleMesh {
    let field = ScalarField(box: Box([-1, -1, -1], [1, 1, 1]), resolution: resolution) { grid, y, z in
      (0..<grid.size.x).map { length(grid.position($0, y, z)) - 0.7 }
    }
    let mesh = field.surface
    return TriangleMesh(
      positions: mesh.positions.map { center + radius * normalize($0) }, triangles: mesh.triangles)
  }

  private static func joined(_ a: TriangleMesh, _ b: TriangleMesh) -> TriangleMesh {
    TriangleMesh(
      positions: a.positions + b.positions,
      triangles: a.triangles + b.triangles.map { $0 &+ SIMD3(repeating: UInt32(a.positions.count)) })
  }

  /// Sun and sky of different colours.
  private static var light: Surroundings {
    var light = Surroundings(width: 32, height: 16, color: .zero)
    for (i, d) in SkyDirections(of: light).directions.enumerated() {
      let glow = 3 * exp(4 * (dot(d, normalize([1, 0.8, 0.5])) - 1))
      for c in 0..<3 { light.colors[3 * i + c] = (0.5 + 0.2 * d.y) * [0.8, 0.9, 1.1][c] + glow * [1, 0.9, 0.7][c] }
    }
    return light
  }

  @Test("Directions of texels are where the light is looked up, and their solid angles fill the sphere")
  func directions() {
    let light = Surroundings(width: 32, height: 16, color: .one)
    let sky = SkyDirections(of: light)
    for (i, direction) in sky.directions.enumerated() where sky.shares[i] > 0 {
      let footprint = light.footprint(direction)
      let own = (0..<4).reduce(Float(0)) { $0 + (footprint.texels[$1] == Int32(i) ? footprint.weights[$1] : 0) }
      #expect(abs(own - 1) < 1e-3)
    }
    // The trapezoid rule over 15 intervals of sin: 2 (1 − π² / (12 · 15²)).
    #expect(abs(sky.shares.reduce(0, +) - 4) < 4 * 0.0037)
  }

  @Test("The squared gradient of d · a over the sphere is 8 π / 3")
  func gradient() {
    let sky = SkyDirections(width: 128, height: 65)
    for axis: SIMD3<Float> in [[1, 0, 0], [0, 1, 0], normalize([1, 1, -2])] {
      let sum = sky.neighbours.reduce(0.0) { sum, pair in
        let step = Double(dot(sky.directions[pair.a] - sky.directions[pair.b], axis))
        return sum + pair.weight * step * step
      }
      // Differences over h miss h² / 12 of a wave; the caps at the poles are flat: (h / 2)² π of 8 π / 3 at most, twice.
      #expect(abs(sum / (8 * .pi / 3) - 1) < 0.004)
    }
  }

  @Test("Where everything glows alike, every vertex of every shape receives that")
  func furnace() throws {
    let mesh = Self.joined(
      Self.sphere([-0.4, 0, 0], radius: 0.3), Self.sphere([0.3, 0.1, 0], radius: 0.35))
    let light = Surroundings(width: 64, height: 33, color: [0.5, 1, 2])
    let transfer = try LightTransfer(
      mesh, normals: mesh.vertexNormals(), radiance: mesh.positions.map { _ in [0.5, 1, 2] },
      sky: SkyDirections(of: light))
    for received in transfer.irradiance(under: light) {
      let error = received / SIMD3(0.5, 1, 2) - 1
      // The trapezoid rule over 32 rows and the kink at the horizon: (π / 32)².
      #expect(max(abs(error.x), abs(error.y), abs(error.z)) < 0.0097)
    }
  }

  @Test("A sphere ahead hides (r / d)² of the sky, and throws as much of its own light")
  func sphereAhead() throws {
    let (radius, distance): (Float, Float) = (0.3, 0.6)
    let ground = Self.sphere([-0.2, 0, 0], radius: 0.2)
    let ball = Self.sphere([distance, 0, 0], radius: radius)
    let mesh = Self.joined(ground, ball)
    let light = Surroundings(width: 128, height: 65, color: .one)
    let transfer = try LightTransfer(
      mesh, normals: mesh.vertexNormals(),
      radiance: mesh.positions.indices.map { $0 < ground.positions.count ? .zero : [4, 5, 6] },
      sky: SkyDirections(of: light))
    let nearest = try #require(ground.positions.indices.max { ground.positions[$0].x < ground.positions[$1].x })
    let share = radius * radius / (distance * distance)
    // The vertex is off the axis, the ball's facets inside of the sphere, the ray's start off the surface: some percent;
    // the outline of the ball is 2 π r / d / (2 π / 128) texels long and each of them is hidden or not.
    let error: Float = 0.02
    #expect(abs(transfer.irradiance(under: light)[nearest].x - (1 - share + 4 * share)) < 3 * error)
    #expect(abs(transfer.indirect[nearest].y - 5 * share) < 5 * error)
    #expect(abs(transfer.indirect[nearest].z / transfer.indirect[nearest].y - 1.2) < 1e-4)
  }

  /// A sphere in `light` whose base colour changes from patch to patch by up to `contrast`.
  private static func fit(contrast: Float) throws -> (fit: LightFit, error: Float, mean: SIMD3<Float>) {
    let mesh = sphere(.zero, radius: 0.7, resolution: 48)
    let (normals, sky) = (mesh.vertexNormals(), SkyDirections(of: light))
    let base = SIMD3<Float>(0.4, 0.3, 0.2)
    var generator = SplitMix(state: 3)
    let shades = (0..<512).map { _ in 1 + contrast * Float.random(in: -1...1, using: &generator) }
    let truth = Irradiance(light)
    let radiance = mesh.positions.indices.map { i in
      let cell = SIMD3<Int>((4 * (mesh.positions[i] / 0.7 + 1)).rounded(.down)).clamped(
        lowerBound: .zero, upperBound: SIMD3(repeating: 7))
      return shades[cell.x + 8 * cell.y + 64 * cell.z] * base * truth.value(normals[i])
    }
    let transfer = try LightTransfer(mesh, normals: normals, radiance: radiance, sky: sky)
    let fit = LightFit(
      mesh, transfer, SurfaceRadiance(values: radiance, isSeen: mesh.positions.map { $0.z > -0.5 }), baseColor: base,
      start: Surroundings(width: 32, height: 16, color: .one))
    let found = transfer.irradiance(under: fit.light)
    var (squares, mean) = (Float(0), SIMD3<Float>.zero)
    for (i, normal) in normals.enumerated() {
      let error = found[i] / truth.value(normal) - 1
      squares += (error * error).sum() / 3
      mean += radiance[i] / found[i]
    }
    let count = Float(normals.count)
    return (fit, (squares / count).squareRoot(), mean / count)
  }

  @Test("Light is found to within what unknown base colours leave of it, and is smoother the more they leave")
  func colors() throws {
    let plain = try Self.fit(contrast: 0)
    let coloured = try Self.fit(contrast: 0.6)
    // Facets of the mesh shade by a percent; a sky of 512 texels is smoothed little.
    #expect(plain.error < 0.02)
    // About 250 patches of the surface with a spread of 0.6 / √3; irradiance has nine degrees of freedom that matter.
    #expect(coloured.error < 2 * 0.6 / Float(3).squareRoot() * (9 / Float(250)).squareRoot())
    #expect(coloured.fit.smoothness > plain.fit.smoothness)
    for c in 0..<3 { #expect(abs(plain.mean[c] / [0.4, 0.3, 0.2][c] - 1) < 0.02) }
  }

  @Test("A tint of the light leaves what the surface sends, and the mean of the brightest channel, as they were")
  func tint() {
    let mesh = Self.sphere(.zero, radius: 0.7, resolution: 16)
    let atlas = UVAtlas(mesh, texelsPerUnit: 20, largestSide: 128)
    let texels = (0..<(3 * atlas.width * atlas.height)).map {
      Float([0.25, 0.3, 0.2][$0 % 3]) + 0.001 * Float($0 % 70)
    }
    let object = TexturedMesh(mesh: mesh, atlas: atlas, texels: texels, surroundings: nil)
    let before = Appearance(plain: object)
    func brightest(_ a: Appearance) -> Float {
      (0..<3).map { c in stride(from: c, to: a.baseColor.count, by: 3).reduce(0) { $0 + a.baseColor[$1] } }.max() ?? 0
    }
    var after = before
    after.setTint([-0.1, 0, 0.1], error: .zero)
    for c in 0..<3 {
      let product = after.baseColor[c] * after.light.colors[c] / (before.baseColor[c] * before.light.colors[c])
      #expect(abs(product - 1) < 1e-5)
    }
    #expect(abs(brightest(after) / brightest(before) - 1) < 1e-3)
    // Nearly all of the tint is believed: 0.2² / (0.2² + 0.05²) of it.
    let ratio = after.light.colors[2] / after.light.colors[0] * before.light.colors[0] / before.light.colors[2]
    #expect(abs(log(ratio) - 0.2 * 0.04 / 0.0425) < 1e-4)
    // What is not known changes nothing.
    var same = before
    same.setTint([-0.1, 0, 0.1], error: SIMD3(repeating: .infinity))
    #expect(same.light.colors == before.light.colors)
  }
}
