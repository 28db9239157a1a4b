/// Finds where matter is in a scene without masks: a cloud whose pictures are the photos.
struct DensityStage {
  struct Settings {
    var reduction: Int
    var iterations: Int
    /// So many are made even when there is no time left: without them there is nothing at all.
    var leastIterations = 0
    var raysPerStep = 4096
    var rate: Float = 0.15
    /// First step of the cameras, in radians; 0 keeps them.
    var poseRate: Double = 0
  }

  let photos: [Photo]
  let settings: Settings
  let seed: UInt64
  let monitor: StageMonitor

  /// - Parameter cameras: of the photos; refined together with the cloud.
  func run(
    _ start: DensityState, cameras: inout PoseRefinement, until deadline: Deadline
  ) throws(ReconstructionError) -> DensityState {
    var photos = photos.map { $0.reduced(by: settings.reduction) }
    let rays = photos.enumerated().flatMap { number, photo in
      (0..<(photo.width * photo.height)).filter { photo.validity[$0] > 0 }.map { SIMD2(Int32(number), Int32($0)) }
    }
    var state = start
    guard !rays.isEmpty else { return state }
    var generator = SplitMix(state: seed)
    var order = rays.shuffled(using: &generator)
    var position = 0
    for iteration in 0..<settings.iterations {
      if deadline.isOver, iteration >= settings.leastIterations { break }
      let progress = max(Double(iteration) / Double(settings.iterations), deadline.fraction)
      if position + settings.raysPerStep > order.count {
        order.shuffle(using: &generator)
        position = 0
      }
      let batch = Array(order[position..<min(position + settings.raysPerStep, order.count)])
      position += batch.count
      for (number, pose) in cameras.poses.enumerated() { photos[number].camera.pose = pose }
      let loss = step(&state, &cameras, photos, batch, iteration: iteration, progress: Float(progress))
      try monitor.report(iteration, loss, progress)
    }
    return state
  }

  private struct Part: Sendable {
    var loss = 0.0
    var gradient: [SIMD4<Float>]
    var surroundings: [Float]
    var poses: [PoseGradient]
  }

  private func step(
    _ state: inout DensityState, _ cameras: inout PoseRefinement, _ photos: [Photo], _ batch: [SIMD2<Int32>],
    iteration: Int, progress: Float
  ) -> Double {
    let snapshot = state
    let (seed, movesCameras) = (seed, settings.poseRate > 0)
    // A fixed number of parts, so that sums do not depend on the number of processors.
    let ranges = Parallel.ranges(batch.count, parts: 2)
    let parts = Parallel.map(ranges.count) { part in
      Self.gradient(
        snapshot, photos, batch[ranges[part]], movesCameras: movesCameras,
        seed: seed &+ UInt64(iteration * ranges.count + part) &* 0x632B_E59B_D9B4_E019)
    }
    let factor = 0.1 + 0.9 * Float(0.5 + 0.5 * cosine(.pi * Double(progress)))
    let rates = SIMD4(settings.rate, 0.03, 0.03, 0.03) * factor
    let (β1, β2): (Float, Float) = (0.9, 0.99)
    for i in state.field.values.indices {
      let g = parts[0].gradient[i] + parts[1].gradient[i]
      guard g != .zero, (g * g).sum().isFinite else { continue }
      state.moments[i] = β1 * state.moments[i] + (1 - β1) * g
      state.squares[i] = β2 * state.squares[i] + (1 - β2) * g * g
      let root = (state.squares[i] + 1e-16).squareRoot()
      let change = rates * pointwiseMin(pointwiseMax(state.moments[i] / root, SIMD4(repeating: -1)), .one)
      state.field.values[i] = min(max(state.field.values[i] - change.x, -8), 8)
      for c in 0..<3 { state.colors[3 * i + c] = max(state.colors[3 * i + c] - change[c + 1], 0) }
    }
    // Far light changes by plain descent in units of its own weight: each texel is a mean of what is seen there.
    for i in state.surroundings.colors.indices {
      let g = parts[0].surroundings[i] + parts[1].surroundings[i]
      if g.isFinite {
        state.surroundings.colors[i] = max(state.surroundings.colors[i] - min(max(0.01 * g, -0.02), 0.02) * factor, 0)
      }
    }
    if movesCameras {
      var gradient = parts[0].poses
      for i in gradient.indices { gradient[i] += parts[1].poses[i] }
      cameras.step(gradient, rate: settings.poseRate * Double(factor))
    }
    if iteration % 4 == 3 { smooth(&state, by: 0.08 * factor) }
    return parts.reduce(0) { $0 + $1.loss } / Double(batch.count)
  }

  private static func gradient(
    _ state: DensityState, _ photos: [Photo], _ batch: ArraySlice<SIMD2<Int32>>, movesCameras: Bool, seed: UInt64
  ) -> Part {
    var part = Part(
      gradient: [SIMD4<Float>](repeating: .zero, count: state.field.values.count),
      surroundings: [Float](repeating: 0, count: state.surroundings.colors.count),
      poses: [PoseGradient](repeating: PoseGradient(), count: photos.count))
    var generator = SplitMix(state: seed)
    var loss = 0.0
    state.field.values.withUnsafeBufferPointer { values in
      state.colors.withUnsafeBufferPointer { colors in
        part.gradient.withUnsafeMutableBufferPointer { gradient in
          part.surroundings.withUnsafeMutableBufferPointer { far in
            guard let values = values.baseAddress, let colors = colors.baseAddress, let gradient = gradient.baseAddress,
              let far = far.baseAddress
            else { return }
            let pass = DensityPass(
              density: values, color: colors, nx: state.field.size.x, nxy: state.field.size.x * state.field.size.y,
              gradient: gradient, surroundings: state.surroundings, surroundingsGradient: far,
              movesRays: movesCameras)
            var buffer = DensityPass.RayBuffer()
            for entry in batch {
              let photo = photos[Int(entry.x)]
              let pixel = Int(entry.y)
              let random = generator.next()
              let place = SIMD2(
                Double(pixel % photo.width) + Double(random & 0xFFFF) / 65536,
                Double(pixel / photo.width) + Double(random >> 16 & 0xFFFF) / 65536)
              let ray = VolumeRay(photo.camera, pixel: place, state.field)
              let direction = SIMD3<Float>(
                normalize(photo.camera.pose.world(photo.camera.pinhole.direction(place))))
              let rgb = SIMD3(photo.rgb[3 * pixel], photo.rgb[3 * pixel + 1], photo.rgb[3 * pixel + 2])
              loss += Double(
                pass.add(
                  ray, direction: direction, jitter: Float(random >> 32 & 0xFFFF) / 65536, rgb: rgb,
                  weight: ViewTarget.slopeSquared(rgb.sum() / 3), buffer: &buffer))
              if movesCameras {
                part.poses[Int(entry.x)].add(
                  push: buffer.push, lever: buffer.lever, direction: direction, spacing: state.field.spacing)
              }
            }
          }
        }
      }
    }
    part.loss = loss
    return part
  }

  /// Means with neighbours: haze that no photo asks for thins out, and surfaces close.
  private func smooth(_ state: inout DensityState, by amount: Float) {
    let size = state.field.size
    let (nx, nxy) = (size.x, size.x * size.y)
    let values = state.field.values
    for z in 1..<(size.z - 1) {
      for y in 1..<(size.y - 1) {
        for x in 1..<(size.x - 1) {
          let i = z * nxy + y * nx + x
          let mean =
            (values[i - 1] + values[i + 1] + values[i - nx] + values[i + nx] + values[i - nxy] + values[i + nxy]) / 6
          state.field.values[i] += amount * (mean - values[i])
        }
      }
    }
  }
}
