public import PenumbraInverse

/// Photos to a scene, from the first file read to the last one written.
public struct Reconstruction {
  private let options: ReconstructionOptions
  private let monitor: ReconstructionMonitor
  private let deadline: Deadline
  private let directory: OutputDirectory

  /// - Throws: `.unwritable` when the folder cannot be made.
  public init(_ options: ReconstructionOptions, monitor: ReconstructionMonitor = ReconstructionMonitor())
    throws(ReconstructionError)
  {
    (self.options, self.monitor) = (options, monitor)
    deadline = Deadline(seconds: options.timeBudget)
    do {
      directory = try OutputDirectory(
        options.output, subfolders: ["checkpoint", "meshes", "renders", "textures"])
    } catch { throw ReconstructionError(.unwritable, error.message) }
  }

  /// - Returns: the contents of `result.json`.
  public func run() throws(ReconstructionError) -> JSON {
    let set = try PhotoLoader(options.photos, announce: monitor.announce, isCancelled: monitor.isCancelled).load()
    for warning in set.warnings { monitor.warn(warning) }
    monitor.announce(Self.summary(set, options))
    let training = set.training
    var history = StageHistory()
    let plan = StagePlan(options: options, photoCount: training.count)
    let start = try carve(set, plan, &history)
    var object: TexturedMesh?
    for (number, settings) in plan.shape.enumerated() {
      let stage = ShapeStage(
        photos: training, settings: settings, seed: options.seed &+ UInt64(number) << 32, threads: options.threads,
        monitor: stageMonitor("shape \(number + 1)", &history, from: 0, to: 1))
      object = try stage.run(
        object?.mesh ?? start, until: Deadline(seconds: plan.shapeShares[number] * deadline.remaining))
    }
    if let object { monitor.announce("mesh: \(Self.overlap(object.mesh, set.photos))") }
    guard let object else { throw ReconstructionError(.failed, "no stage was run") }
    let stage = MaterialStage(
      photos: training, settings: plan.material, seed: options.seed &+ 77 << 32, threads: options.threads,
      monitor: stageMonitor("materials", &history, from: 0, to: 1))
    let appearance = try stage.run(object, until: Deadline(seconds: plan.materialShare * deadline.remaining))
    let writer = ResultWriter(
      set: set, object: object, appearance: appearance, options: options, directory: directory, monitor: monitor)
    return try writer.write(until: deadline)
  }

  /// The shape on a grid: hull, then what colours say, then its surface.
  private func carve(_ set: PhotoSet, _ plan: StagePlan, _ history: inout StageHistory) throws(ReconstructionError)
    -> TriangleMesh
  {
    let field = try InitialShape.field(set, resolution: plan.volumeResolution)
    var state = VolumeState(field, color: Self.meanColor(set.training))
    for (number, settings) in plan.volume.enumerated() {
      if number > 0 { state = state.refined(by: 2) }
      let stage = VolumeStage(
        photos: set.training, settings: settings, seed: options.seed &+ UInt64(number) << 40,
        monitor: stageMonitor("volume \(number + 1)", &history, from: 0, to: 1))
      state = try stage.run(state, until: Deadline(seconds: plan.volumeShares[number] * deadline.remaining))
    }
    let mesh = MarchingTetrahedra.surface(of: state.surfaceField).withoutCrumbs()
    guard !mesh.triangles.isEmpty else {
      throw ReconstructionError(
        .failed, "nothing is left of the shape: the photos contradict each other or their cameras")
    }
    return mesh
  }

  /// How well silhouettes fit.
  private static func overlap(_ mesh: TriangleMesh, _ photos: [Photo]) -> String {
    func mean(_ photos: [Photo]) -> String {
      let values = photos.compactMap { photo in
        photo.mask.map { DepthMap(mesh, from: photo.camera).overlap(with: $0) }
      }
      return values.isEmpty ? "-" : DisplayNumber.fixed(values.reduce(0, +) / Double(values.count), 4)
    }
    return "\(mesh.triangles.count) triangles, silhouette overlap \(mean(photos.filter { !$0.isHeldOut })), "
      + "held out \(mean(photos.filter(\.isHeldOut)))"
  }

  private static func meanColor(_ photos: [Photo]) -> SIMD3<Float> {
    var (sum, weight) = (SIMD3<Double>.zero, 0.0)
    for photo in photos {
      for pixel in photo.validity.indices {
        sum += SIMD3(
          Double(photo.rgb[3 * pixel]), Double(photo.rgb[3 * pixel + 1]), Double(photo.rgb[3 * pixel + 2]))
        weight += Double(photo.mask?[pixel] ?? photo.validity[pixel])
      }
    }
    return SIMD3<Float>(sum / max(weight, 1))
  }

  private func stageMonitor(
    _ name: String, _ history: inout StageHistory, from: Double, to: Double
  ) -> StageMonitor {
    let monitor = monitor
    return StageMonitor(
      onStep: { iteration, loss, progress in
        monitor.progress(from + (to - from) * progress, "\(name) \(iteration) loss \(loss)")
      }, isCancelled: monitor.isCancelled)
  }

  private static func summary(_ set: PhotoSet, _ options: ReconstructionOptions) -> String {
    let heldOut = set.photos.count - set.training.count
    let size = set.photos.first.map { "\($0.width)×\($0.height)" } ?? ""
    return
      "\(set.photos.count) photos of \(size), \(heldOut) held out, \(set.hasMasks ? "with" : "without") masks; about "
      + "\(Int(options.timeBudget / 60 + 0.5)) min"
  }
}

struct StageHistory {}
