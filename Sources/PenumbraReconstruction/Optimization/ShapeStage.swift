import PenumbraInverse
import PenumbraTransport

/// Moves the vertices of a mesh and the colours on it until its pictures are the photos.
struct ShapeStage {
  /// What a stage is given.
  struct Settings {
    /// Wanted edge length, in pixels of the reduced photos.
    var edgePixels: Float
    /// Photos are reduced by this factor.
    var reduction: Int
    /// At most so many steps.
    var iterations: Int
    /// Photos per step.
    var batch: Int
    var samplesPerPixel = 2
    /// Spread of large steps.
    var lambda: Float = 20
    /// First step of the vertices, in edge lengths.
    var rate: Float = 0.5
  }

  let photos: [Photo]
  let settings: Settings
  let seed: UInt64
  let threads: Int?
  let monitor: StageMonitor

  /// - Returns: the mesh and its texture of radiance.
  func run(
    _ start: TriangleMesh, surroundings: Surroundings?, until deadline: Deadline
  ) throws(ReconstructionError) -> TexturedMesh {
    let photos = photos.map { $0.reduced(by: settings.reduction) }
    guard let box = start.bounds else { throw ReconstructionError(.failed, "the mesh has no vertices") }
    let pixel = Self.pixelSize(photos, at: box.center)
    let edge = settings.edgePixels * pixel
    let mesh = Remesher.remesh(start, edgeLength: edge)
    let atlas = UVAtlas(mesh, texelsPerUnit: 0.8 / pixel, largestSide: 2048)
    let texture = PhotoProjection(photos: photos).texture(for: mesh, atlas)
    // Every photo twice: the smaller ones, whose pictures cost a quarter, lead most of the way.
    let views = photos.map { $0.reduced(by: 2) } + photos
    let targets = Parallel.map(views.count) { ViewTarget(views[$0], backdrop: ShapeScene.backdrop) }
    let model = try ShapeScene(
      mesh, atlas, texture: texture, surroundings: surroundings, cameras: views.map(\.camera), box: box)
    let renderer: Renderer
    do { renderer = try Renderer(model.scene) } catch { throw ReconstructionError(error) }

    let large = LargeSteps(
      positions: Array(model.scene.theta[model.positions]), triangles: atlas.triangles, lambda: settings.lambda)
    var colors = Array(model.scene.theta[model.colors])
    var shapeSteps = AdamUniform(count: large.count)
    var colorSteps = Adam(count: colors.count)
    let bounds = [ClosedRange<Float>](repeating: 0...100, count: colors.count)
    let rates = [Float](repeating: 0.01, count: colors.count)
    let order = ViewOrder(count: photos.count, seed: seed)
    for iteration in 0..<settings.iterations {
      let progress = Float(max(Double(iteration) / Double(settings.iterations), deadline.fraction))
      if deadline.isOver { break }
      let step = try gradient(renderer, model, targets, order, iteration, isCoarse: progress < 0.7)
      // Half a cosine down to a twentieth: the last steps only settle.
      let factor = 0.05 + 0.95 * Float(0.5 + 0.5 * cosine(.pi * Double(progress)))
      // The step of u from zero: the change of variables is linear, so that it is decoded alone.
      var change = [Float](repeating: 0, count: large.count)
      shapeSteps.step(
        &change, gradient: large.pullBack(Array(step.gradient[model.positions]), tolerance: Self.tolerance),
        rate: settings.rate * edge * factor)
      let moved = large.decode(change, tolerance: Self.tolerance)
      colorSteps.step(
        &colors, gradient: Array(step.gradient[model.colors]), rates: rates, rateFactor: factor, bounds: bounds)
      var theta = renderer.theta
      for (i, offset) in zip(model.positions, moved) { theta[i] += offset }
      theta.replaceSubrange(model.colors, with: colors)
      do { try renderer.update(theta: theta) } catch { throw ReconstructionError(error) }
      try monitor.report(iteration, step.loss, Double(progress))
    }
    var moved = mesh
    let positions = Array(renderer.theta[model.positions])
    for (vertex, source) in atlas.sources.enumerated() {
      moved.positions[Int(source)] = SIMD3(positions[3 * vertex], positions[3 * vertex + 1], positions[3 * vertex + 2])
    }
    var far = surroundings
    far?.colors = Array(colors.dropFirst(texture.count))
    return TexturedMesh(mesh: moved, atlas: atlas, texels: Array(colors.prefix(texture.count)), surroundings: far)
  }

  /// Relative residual of a step: small beside the noise of its gradient.
  private static let tolerance = 1e-3

  private func gradient(
    _ renderer: Renderer, _ model: ShapeScene, _ targets: [ViewTarget], _ order: ViewOrder, _ iteration: Int,
    isCoarse: Bool
  ) throws(ReconstructionError) -> (loss: Double, gradient: [Float]) {
    var total: (loss: Double, gradient: [Float]) = (0, [Float](repeating: 0, count: renderer.theta.count))
    let count = targets.count / 2
    let batch = min(settings.batch, count)
    for number in 0..<batch {
      let view = order.view(iteration * batch + number) + (isCoarse ? 0 : count)
      var render = RenderSettings()
      render.sensor = view
      render.samplesPerPixel = settings.samplesPerPixel
      render.sampler = .sobol
      render.seed = seed &+ UInt64(iteration * batch + number)
      render.threads = threads
      do {
        let result = try renderer.fused(
          render, target: FusedTarget(loss: .l2, rgb: targets[view].rgb, weights: targets[view].weights),
          requested: [model.positions, model.colors], monitor: monitor.render)
        total.loss += result.loss / Double(batch)
        for i in total.gradient.indices { total.gradient[i] += result.gradient[i] }
      } catch { throw ReconstructionError(error) }
    }
    return total
  }

  /// World size of a pixel at a point, in the middle of the photos.
  static func pixelSize(_ photos: [Photo], at point: SIMD3<Double>) -> Float {
    let sizes = photos.map { Float($0.camera.pose.local(point).z / $0.camera.pinhole.focal) }.filter { $0 > 0 }.sorted()
    return sizes.isEmpty ? 1e-3 : sizes[sizes.count / 2]
  }
}

/// A surface and its colours.
struct TexturedMesh: Sendable {
  var mesh: TriangleMesh
  var atlas: UVAtlas
  /// Linear RGB, shape [height × width × 3].
  var texels: [Float]
  /// What is behind it; `nil` when masks say where it ends.
  var surroundings: Surroundings?
}
