/// Carves and fills a shape on a grid until its fuzzy pictures are the photos: where silhouettes say nothing, colours that
/// photos agree on do. The topology is free to change, which no mesh allows.
struct VolumeStage {
  struct Settings {
    var reduction: Int
    var iterations: Int
    var raysPerStep = 8192
    /// Softness of the surface at the beginning and at the end, in cubes.
    var softness: ClosedRange<Float> = 0.35...1
    /// Step of distances, in cubes.
    var rate: Float = 0.04
    /// Pull towards a smooth surface, per step.
    var smoothing: Float = 0.03
  }

  let photos: [Photo]
  let settings: Settings
  let seed: UInt64
  let monitor: StageMonitor

  func run(_ start: VolumeState, until deadline: Deadline) throws(ReconstructionError) -> VolumeState {
    let photos = photos.map { $0.reduced(by: settings.reduction) }
    let rays = Self.rays(photos)
    var state = start
    guard !rays.isEmpty else { return state }
    var generator = SplitMix(state: seed)
    var order = rays.shuffled(using: &generator)
    var position = 0
    for iteration in 0..<settings.iterations {
      if deadline.isOver { break }
      let progress = max(Double(iteration) / Double(settings.iterations), deadline.fraction)
      if position + settings.raysPerStep > order.count {
        order.shuffle(using: &generator)
        position = 0
      }
      let batch = Array(order[position..<min(position + settings.raysPerStep, order.count)])
      position += batch.count
      let ratio = settings.softness.lowerBound / settings.softness.upperBound
      let softness = settings.softness.upperBound * Power.of(ratio, Float(progress))
      let loss = step(&state, photos, batch, softness: softness, iteration: iteration, progress: Float(progress))
      if iteration % 40 == 39 { state.redistance() }
      try monitor.report(iteration, loss, progress)
    }
    state.redistance()
    return state
  }

  /// Pixels on the object and near its outline.
  private static func rays(_ photos: [Photo]) -> [SIMD2<Int32>] {
    photos.enumerated().flatMap { number, photo -> [SIMD2<Int32>] in
      let distance = photo.mask.map { SilhouetteDistance(mask: $0, width: photo.width, height: photo.height) }
      return (0..<(photo.width * photo.height)).compactMap { pixel in
        let isNear = (distance?.values[pixel] ?? 0) < 6
        return photo.validity[pixel] > 0 && isNear ? SIMD2(Int32(number), Int32(pixel)) : nil
      }
    }
  }

  /// One step of Adam against the mean loss of a batch of rays.
  private func step(
    _ state: inout VolumeState, _ photos: [Photo], _ batch: [SIMD2<Int32>], softness: Float, iteration: Int,
    progress: Float
  ) -> Double {
    let snapshot = state
    let seed = seed
    // A fixed number of parts, so that sums do not depend on the number of processors.
    let ranges = Parallel.ranges(batch.count, parts: 4)
    let parts = Parallel.map(ranges.count) { part in
      Self.gradient(
        snapshot, photos, batch[ranges[part]], softness: softness,
        seed: seed &+ UInt64(iteration * ranges.count + part) &* 0x632B_E59B_D9B4_E019)
    }
    let count = state.active.count
    var gradient = [SIMD4<Float>](repeating: .zero, count: count)
    for part in parts {
      for i in 0..<count {
        gradient[i] += SIMD4(part.distance[i], part.color[3 * i], part.color[3 * i + 1], part.color[3 * i + 2])
      }
    }
    smoothDistances(&gradient, state)
    // Half a cosine down to a tenth.
    let factor = 0.1 + 0.9 * Float(0.5 + 0.5 * cosine(.pi * Double(progress)))
    update(&state, gradient, rates: SIMD4(settings.rate, 0.02, 0.02, 0.02) * factor, iteration: iteration)
    diffuse(&state, by: settings.smoothing * factor)
    return parts.reduce(0) { $0 + $1.loss } / Double(batch.count)
  }

  private static func gradient(
    _ state: VolumeState, _ photos: [Photo], _ batch: ArraySlice<SIMD2<Int32>>, softness: Float, seed: UInt64
  ) -> (loss: Double, distance: [Float], color: [Float]) {
    var distance = [Float](repeating: 0, count: state.active.count)
    var color = [Float](repeating: 0, count: 3 * state.active.count)
    var loss = 0.0
    var generator = SplitMix(state: seed)
    state.field.values.withUnsafeBufferPointer { values in
      state.colors.withUnsafeBufferPointer { colors in
        state.numbers.withUnsafeBufferPointer { numbers in
          distance.withUnsafeMutableBufferPointer { byDistance in
            color.withUnsafeMutableBufferPointer { byColor in
              guard let values = values.baseAddress, let colors = colors.baseAddress, let numbers = numbers.baseAddress,
                let byDistance = byDistance.baseAddress, let byColor = byColor.baseAddress
              else { return }
              let pass = VolumePass(
                distance: values, color: colors, active: numbers, nx: state.field.size.x,
                nxy: state.field.size.x * state.field.size.y, softness: softness, distanceGradient: byDistance,
                colorGradient: byColor)
              var buffer = VolumePass.RayBuffer()
              for entry in batch {
                let photo = photos[Int(entry.x)]
                let pixel = Int(entry.y)
                let random = generator.next()
                let place = SIMD2(
                  Double(pixel % photo.width) + Double(random & 0xFFFF) / 65536,
                  Double(pixel / photo.width) + Double(random >> 16 & 0xFFFF) / 65536)
                guard let ray = VolumeRay(photo.camera, pixel: place, state.field) else { continue }
                let rgb = SIMD3(photo.rgb[3 * pixel], photo.rgb[3 * pixel + 1], photo.rgb[3 * pixel + 2])
                let mask = photo.mask?[pixel] ?? -1
                let light = rgb.sum() / 3 / max(mask, 0.05)
                loss += Double(
                  pass.add(
                    ray, jitter: Float(random >> 32 & 0xFFFF) / 65536,
                    VolumePass.Wanted(rgb: rgb, mask: mask, weight: ViewTarget.slopeSquared(light)), maskWeight: 1,
                    buffer: &buffer))
              }
            }
          }
        }
      }
    }
    return (loss, distance, color)
  }

  /// The mean with the six neighbours: what one ray says of one corner goes for its surroundings.
  private func smoothDistances(_ gradient: inout [SIMD4<Float>], _ state: VolumeState) {
    let steps = state.neighbourSteps
    for _ in 0..<2 {
      let before = gradient.map { $0.x }
      for (number, corner) in state.active.enumerated() {
        var (sum, count) = (2 * before[number], Float(2))
        for step in steps {
          let other = state.numbers[Int(corner) + step]
          guard other >= 0 else { continue }
          sum += before[Int(other)]
          count += 1
        }
        gradient[number].x = sum / count
      }
    }
  }

  /// Mean square of the gradients by distance.
  ///
  /// Added to each corner's own, it keeps corners that photos say little of from steps as long as those of the others:
  /// their gradients are noise, and steps of the length of the noise's own size are wrinkles.
  private func typicalSquare(_ state: VolumeState) -> Float {
    var (sum, count) = (0.0, 0.0)
    for corner in state.active where state.squares[Int(corner)].x > 0 {
      sum += Double(state.squares[Int(corner)].x)
      count += 1
    }
    return count > 0 ? Float(sum / count) : 0
  }

  private func update(
    _ state: inout VolumeState, _ gradient: [SIMD4<Float>], rates: SIMD4<Float>, iteration: Int
  ) {
    let (β1, β2): (Float, Float) = (0.9, 0.99)
    let typical = typicalSquare(state)
    for (number, corner) in state.active.enumerated() {
      let (i, g) = (Int(corner), gradient[number])
      guard g != .zero, (g * g).sum().isFinite else { continue }
      state.moments[i] = β1 * state.moments[i] + (1 - β1) * g
      state.squares[i] = β2 * state.squares[i] + (1 - β2) * g * g
      // A corner that is rarely seen starts with small moments: both grow alike, and the ratio is bounded by this.
      let root = (state.squares[i] + SIMD4(typical, 0, 0, 0) + 1e-16).squareRoot()
      let change = rates * pointwiseMin(pointwiseMax(state.moments[i] / root, SIMD4(repeating: -1)), .one)
      state.field.values[i] -= change.x
      for c in 0..<3 { state.colors[3 * i + c] = max(state.colors[3 * i + c] - change[c + 1], 0) }
      state.isColored[i] = true
    }
  }

  /// Heat flow of the distance: its level sets lose their wrinkles.
  private func diffuse(_ state: inout VolumeState, by amount: Float) {
    guard amount > 0 else { return }
    let steps = state.neighbourSteps
    let values = state.field.values
    for corner in state.active {
      let i = Int(corner)
      var sum: Float = 0
      for step in steps { sum += values[i + step] }
      state.field.values[i] += amount * (sum / 6 - values[i])
    }
  }
}
