import Testing

@testable import PenumbraReconstruction

/// An array at a fixed place.
private final class Memory<Element> {
  let base: UnsafeMutablePointer<Element>
  private let count: Int

  init(_ values: [Element]) {
    count = values.count
    base = .allocate(capacity: count)
    base.initialize(from: values, count: count)
  }

  deinit { base.deallocate() }

  var values: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }
}

@Suite("Fuzzy volumes") struct VolumeTests {
  private let size = SIMD3(9, 9, 9)

  private func random(_ count: Int, _ seed: UInt64, _ range: ClosedRange<Float>) -> [Float] {
    var generator = SplitMix(state: seed)
    return (0..<count).map { _ in Float.random(in: range, using: &generator) }
  }

  private var ray: VolumeRay? {
    let pose = CameraPose(right: [1, 0, 0], down: [0, 1, 0], forward: [0, 0, 1], position: [4.2, 3.7, -6])
    let camera = Camera(Pinhole(width: 10, height: 10, focal: 20, cx: 5, cy: 5), pose)
    let grid = ScalarField(origin: .zero, spacing: 1, size: size, values: [Float](repeating: 0, count: 729))
    return VolumeRay(camera, pixel: [5.4, 4.3], grid)
  }

  @Test("The surface pass's gradient by distances and colours equals central differences")
  func surfaceGradient() throws {
    let ray = try #require(ray)
    // A bumpy sphere of radius 2.5 about the middle.
    let noise = random(729, 3, -0.3...0.3)
    let distance = (0..<729).map { i -> Float in
      let p = SIMD3(Float(i % 9), Float(i / 9 % 9), Float(i / 81)) - 4
      return length(p) - 2.5 + noise[i]
    }
    let colors = random(3 * 729, 4, 0...1)
    let active = (0..<729).map { Int32($0) }
    let wanted = VolumePass.Wanted(rgb: [0.3, 0.6, 0.2], mask: 0.7, weight: 1.5)
    func evaluate(_ distance: [Float], _ colors: [Float]) -> (loss: Float, byDistance: [Float], byColor: [Float]) {
      let inputs = (Memory(distance), Memory(colors), Memory(active))
      let (d, c, a) = inputs
      let (g, h) = (Memory([Float](repeating: 0, count: 729)), Memory([Float](repeating: 0, count: 3 * 729)))
      var buffer = VolumePass.RayBuffer()
      let loss = VolumePass(
        distance: d.base, color: c.base, active: a.base, nx: 9, nxy: 81, softness: 0.8, distanceGradient: g.base,
        colorGradient: h.base
      ).add(ray, jitter: 0.4, wanted, maskWeight: 0.9, buffer: &buffer)
      withExtendedLifetime(inputs) {}
      return (loss, g.values, h.values)
    }
    let result = evaluate(distance, colors)
    let step: Float = 2e-3
    let scale = result.byDistance.map(abs).max() ?? 0
    var checked = 0
    for i in 0..<729 where abs(result.byDistance[i]) > 0.05 * scale {
      var (up, down) = (distance, distance)
      up[i] += step
      down[i] -= step
      let difference = (evaluate(up, colors).loss - evaluate(down, colors).loss) / (2 * step)
      // Samples of no opacity are left out, and single precision leaves 1e-7 / step.
      #expect(abs(difference - result.byDistance[i]) < 0.02 * scale, "corner \(i)")
      checked += 1
    }
    #expect(checked > 8)
    let colorScale = result.byColor.map(abs).max() ?? 0
    for i in stride(from: 0, to: 3 * 729, by: 1) where abs(result.byColor[i]) > 0.2 * colorScale {
      var (up, down) = (colors, colors)
      up[i] += 0.01
      down[i] -= 0.01
      let difference = (evaluate(distance, up).loss - evaluate(distance, down).loss) / 0.02
      #expect(abs(difference - result.byColor[i]) < 0.01 * colorScale)
    }
  }

  @Test("The cloud pass's gradient by density, colours and surroundings equals central differences")
  func cloudGradient() throws {
    let ray = try #require(ray)
    let density = random(729, 5, -3...0.5)
    let colors = random(3 * 729, 6, 0...1)
    var far = Surroundings(width: 8, height: 4, color: .zero)
    far.colors = random(96, 7, 0...1)
    func evaluate(_ density: [Float], _ colors: [Float], _ far: Surroundings) -> (Float, [SIMD4<Float>], [Float]) {
      let inputs = (Memory(density), Memory(colors))
      let (d, c) = inputs
      let g = Memory([SIMD4<Float>](repeating: .zero, count: 729))
      let h = Memory([Float](repeating: 0, count: 96))
      var buffer = DensityPass.RayBuffer()
      let loss = DensityPass(
        density: d.base, color: c.base, nx: 9, nxy: 81, gradient: g.base, surroundings: far,
        surroundingsGradient: h.base
      ).add(ray, direction: ray.direction, jitter: 0.3, rgb: [0.3, 0.6, 0.2], weight: 1.5, buffer: &buffer)
      withExtendedLifetime(inputs) {}
      return (loss, g.values, h.values)
    }
    let (_, gradient, byFar) = evaluate(density, colors, far)
    let scale = gradient.map { abs($0.x) }.max() ?? 0
    for i in 0..<729 where abs(gradient[i].x) > 0.1 * scale {
      var (up, down) = (density, density)
      up[i] += 5e-3
      down[i] -= 5e-3
      let difference = (evaluate(up, colors, far).0 - evaluate(down, colors, far).0) / 1e-2
      #expect(abs(difference - gradient[i].x) < 0.01 * scale)
    }
    let colorScale = gradient.map { abs($0.z) }.max() ?? 0
    for i in 0..<729 where abs(gradient[i].z) > 0.1 * colorScale {
      var (up, down) = (colors, colors)
      up[3 * i + 1] += 0.02
      down[3 * i + 1] -= 0.02
      let difference = (evaluate(density, up, far).0 - evaluate(density, down, far).0) / 0.04
      #expect(abs(difference - gradient[i].z) < 0.01 * colorScale)
    }
    for i in byFar.indices where byFar[i] != 0 {
      var (up, down) = (far, far)
      up.colors[i] += 0.02
      down.colors[i] -= 0.02
      let difference = (evaluate(density, colors, up).0 - evaluate(density, colors, down).0) / 0.04
      #expect(abs(difference - byFar[i]) < 0.01 * (byFar.map(abs).max() ?? 1))
    }
  }

  @Test("Redistancing keeps the zero surface and gives distances to a sphere")
  func redistance() {
    let side = 41
    let exact = (0..<(side * side * side)).map { i -> Float in
      let p = SIMD3(Float(i % side), Float(i / side % side), Float(i / side / side)) - 20
      return length(p) - 12
    }
    // The same surface with slopes that are no distance's.
    let bent = exact.map { $0 * (1.5 + 0.5 * ($0 > 0 ? 1 : -1)) + 0.02 * $0 * $0 * ($0 > 0 ? 1 : -1) }
    let found = Redistancing.apply(bent, size: SIMD3(repeating: side), limit: 8)
    for i in exact.indices {
      #expect((found[i] < 0) == (exact[i] < 0))
      // First-order upwind: about half a cube over eight cubes.
      if abs(exact[i]) < 7 { #expect(abs(found[i] - exact[i]) < 0.6) }
    }
  }

  @Test("A sphere that is too large shrinks to its silhouettes and colours")
  func carve() throws {
    let photos = SyntheticPhotos.sphere(radius: 0.7, center: .zero, count: 12, side: 48)
    let field = ScalarField(box: Box([-1.2, -1.2, -1.2], [1.2, 1.2, 1.2]), resolution: 32) { grid, y, z in
      (0..<grid.size.x).map { length(grid.position($0, y, z)) - 0.9 }
    }
    let stage = VolumeStage(
      photos: photos, settings: VolumeStage.Settings(reduction: 1, iterations: 160, raysPerStep: 2048), seed: 1,
      monitor: StageMonitor(onStep: { _, _, _ in }, isCancelled: nil))
    let state = try stage.run(VolumeState(field, color: [0.3, 0.3, 0.3]), until: Deadline(seconds: 600))
    let mesh = state.surfaceField.surface
    let radii = mesh.positions.map { length($0) }
    let mean = radii.reduce(0, +) / Float(radii.count)
    // A third of a cube.
    #expect(abs(mean - 0.7) < 0.025)
    #expect(MeshTopology(mesh).eulerCharacteristic == 2)
  }
}
