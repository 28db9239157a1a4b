import Testing

@testable import PenumbraReconstruction

@Suite("Camera refinement") struct PoseRefinementTests {
  /// Two photos' worth of corners of a smooth cloud that has something to see everywhere.
  private func cloud() -> DensityState {
    var state = DensityState(box: Box([-1, -1, -1], [1, 1, 1]), resolution: 12, color: .zero)
    for z in 0..<state.field.size.z {
      for y in 0..<state.field.size.y {
        for x in 0..<state.field.size.x {
          let (p, i) = (state.field.position(x, y, z), state.field.index(x, y, z))
          state.field.values[i] = 1 - 3 * length(p)
          let q = SIMD3<Double>(p)
          for c in 0..<3 { state.colors[3 * i + c] = Float(0.5 + 0.4 * sine(3 * q[c] + q[(c + 1) % 3])) }
        }
      }
    }
    return state
  }

  private func loss(_ state: DensityState, _ pose: CameraPose) -> (value: Double, gradient: PoseGradient) {
    let camera = Camera(Pinhole(width: 16, height: 16, focal: 24, cx: 8, cy: 8), pose)
    var sum = (value: 0.0, gradient: PoseGradient())
    var gradient = [SIMD4<Float>](repeating: .zero, count: state.field.values.count)
    var far = [Float](repeating: 0, count: state.surroundings.colors.count)
    state.field.values.withUnsafeBufferPointer { values in
      state.colors.withUnsafeBufferPointer { colors in
        gradient.withUnsafeMutableBufferPointer { gradient in
          far.withUnsafeMutableBufferPointer { far in
            guard let v = values.baseAddress, let c = colors.baseAddress, let g = gradient.baseAddress,
              let f = far.baseAddress
            else { return }
            let pass = DensityPass(
              density: v, color: c, nx: state.field.size.x, nxy: state.field.size.x * state.field.size.y, gradient: g,
              surroundings: state.surroundings, surroundingsGradient: f, movesRays: true)
            var buffer = DensityPass.RayBuffer()
            for pixel in 0..<64 {
              let place = SIMD2(Double(4 + pixel % 8) + 0.5, Double(4 + pixel / 8) + 0.5)
              let direction = SIMD3<Float>(normalize(pose.world(camera.pinhole.direction(place))))
              sum.value += Double(
                pass.add(
                  VolumeRay(camera, pixel: place, state.field), direction: direction, jitter: 0.5,
                  rgb: [0.2, 0.4, 0.6],
                  weight: 1, buffer: &buffer))
              sum.gradient.add(
                push: buffer.push, lever: buffer.lever, direction: direction, spacing: state.field.spacing)
            }
          }
        }
      }
    }
    return sum
  }

  @Test("The derivative by a camera's pose equals central differences")
  func gradient() {
    let state = cloud()
    let pose = CameraPose(right: [1, 0, 0], down: [0, -1, 0], forward: [0, 0, -1], position: [0.1, 0.2, 3])
    let found = loss(state, pose).gradient
    let step = 2e-3
    for axis in 0..<3 {
      var unit = SIMD3<Double>.zero
      unit[axis] = step
      let byTurn =
        (loss(state, pose.moved(rotation: unit, translation: .zero)).value
          - loss(state, pose.moved(rotation: -unit, translation: .zero)).value) / (2 * step)
      let byShift =
        (loss(state, pose.moved(rotation: .zero, translation: unit)).value
          - loss(state, pose.moved(rotation: .zero, translation: -unit)).value) / (2 * step)
      // The sum over samples is a quadrature whose offset has next to no derivative for a smooth cloud.
      let scale = 0.05 * (length(found.rotation) + length(found.translation))
      #expect(abs(byTurn - found.rotation[axis]) < scale, "turn about \(axis)")
      #expect(abs(byShift - found.translation[axis]) < scale, "shift along \(axis)")
    }
  }

  @Test("Steps lower a loss, and the mean correction stays zero")
  func steps() {
    let poses = (0..<3).map { i in
      CameraPose(right: [1, 0, 0], down: [0, 1, 0], forward: [0, 0, 1], position: [Double(i), 0, -2])
    }
    var refinement = PoseRefinement(poses, target: .zero)
    // A pull of the second camera along x: a parabola about 0.02.
    for _ in 0..<400 {
      var gradient = [PoseGradient](repeating: PoseGradient(), count: 3)
      let offset = refinement.poses.enumerated().map { $1.position.x - poses[$0].position.x }
      gradient[0].translation.x = offset[0] + 0.01
      gradient[1].translation.x = offset[1] - 0.02
      gradient[2].translation.x = offset[2] + 0.01
      refinement.step(gradient, rate: 1e-3)
    }
    let offset = refinement.poses.enumerated().map { $1.position.x - poses[$0].position.x }
    #expect(abs(offset[1] - 0.02) < 2e-3)
    #expect(abs(offset.reduce(0, +)) < 1e-9)
  }
}
