public import PenumbraInverse

/// Photos to a scene, from the first file read to the last one written.
///
/// Stages, each a step finer: a fuzzy shape on a grid, the mesh around it, its materials and light. A checkpoint is
/// written behind each; `--resume` continues behind the last.
public struct Reconstruction {
  private let options: ReconstructionOptions
  private let monitor: ReconstructionMonitor
  private let deadline: Deadline

  /// The time budget begins to run.
  public init(_ options: ReconstructionOptions, monitor: ReconstructionMonitor = ReconstructionMonitor()) {
    (self.options, self.monitor) = (options, monitor)
    deadline = Deadline(seconds: options.timeBudget)
  }

  /// - Returns: the contents of `result.json`.
  /// - Throws: one line that helps; nothing is written before photos and cameras are understood.
  public func run() throws(ReconstructionError) -> JSON {
    let light = try options.relight.map { path throws(ReconstructionError) in try Relighting.read(path) }
    var set = try PhotoLoader(options.photos, announce: monitor.announce, isCancelled: monitor.isCancelled).load()
    for warning in set.warnings { monitor.warn(warning) }
    guard set.hasMasks || light == nil else {
      throw ReconstructionError(
        .invalidInput,
        "\(options.photos.photos): expected masks for --relight, found none: without them the light on a scene cannot be "
          + "told from its surfaces")
    }
    if set.hasMasks {
      try SilhouetteCheck.verify(set, path: options.photos.photos)
    } else if InitialShape.box(set) == nil {
      throw ReconstructionError(
        .invalidInput,
        "\(options.photos.photos): expected cameras that look at something together, found parallel lines of sight; name "
          + "the scene's box as \"aabb\" in transforms.json")
    }
    let directory: OutputDirectory
    do {
      directory = try OutputDirectory(options.output, subfolders: ["checkpoint", "meshes", "renders", "textures"])
    } catch { throw ReconstructionError(.unwritable, error.message) }
    monitor.announce(Self.summary(set, options))
    let journal = RunJournal(
      title: options.photos.photos.split(separator: "/").last.map(String.init) ?? "reconstruction",
      summary: Self.summary(set, options), warnings: set.warnings, directory: directory, deadline: deadline)
    let checkpoint = RunCheckpoint(
      path: directory.path(of: "checkpoint/state.bin"), fingerprint: RunCheckpoint.fingerprint(set, options))
    var state = (options.resumes ? try checkpoint.load() : nil) ?? StateFile()
    var plan = StagePlan(options: options, photoCount: set.training.count)
    if options.refinesCameras, let check = try checkCameras(&set) {
      // Points of the photos say more of cameras than a cloud does.
      plan.keepCameras()
      if set.points.isEmpty { set.points = check.points }
    }
    var lessons = lessons(&set)
    let start = try start(lessons, plan, journal, &state, checkpoint)
    lessons.place(training: start.poses, gains: start.gains)
    set.place(training: start.poses, gains: start.gains)
    let object = try object(start, lessons, plan, journal, &state, checkpoint)
    if start.gains.contains(where: { $0 != .zero }) { set.balanceHeldOut(object.mesh) }
    let appearance = set.hasMasks ? try appearance(of: object, lessons, plan, journal, &state, checkpoint) : nil
    let writer = ResultWriter(
      set: set, object: object, appearance: appearance, options: options, directory: directory, monitor: monitor,
      journal: journal, light: light)
    return try writer.write(until: deadline)
  }

  /// Puts right what points of the photos contradict.
  ///
  /// - Returns: `nil` when the photos have too few of them to tell.
  private func checkCameras(_ set: inout PhotoSet) throws(ReconstructionError) -> CameraCheck? {
    let check = CameraCheck(set.photos, isCancelled: monitor.isCancelled)
    if monitor.isCancelled() { throw ReconstructionError(.cancelled, "interrupted") }
    guard let check else { return nil }
    monitor.announce(check.summary(of: set.photos.count))
    for index in set.photos.indices {
      set.photos[index].camera.pose = check.poses[index]
      set.photos[index].camera.pinhole.focal *= check.focalFactor
    }
    return check
  }

  /// The photos as the stages learn from them: held-out ones stay as they are.
  ///
  /// - Parameter set: is told how unsharp the lens is.
  private func lessons(_ set: inout PhotoSet) -> PhotoSet {
    guard let profile = OutlineProfile(set.training) else { return set }
    // Half of the excess: the masks are the user's word on where the object ends.
    let margin = 0.5 * profile.excess
    monitor.announce(
      "masks reach \(DisplayNumber.fixed(Double(profile.excess), 1)) pixels beyond the object: half of that is taken off; "
        + "the lens blurs by \(DisplayNumber.fixed(Double(profile.blur), 1)) pixels")
    for index in set.photos.indices { set.photos[index].blur = profile.blur }
    var lessons = set
    let photos = set.photos
    lessons.photos = Parallel.map(photos.count) {
      photos[$0].isHeldOut ? photos[$0] : photos[$0].trimmed(by: margin, ramp: profile.excess - margin + profile.ramp)
    }
    return lessons
  }

  private func start(
    _ set: PhotoSet, _ plan: StagePlan, _ journal: RunJournal, _ state: inout StateFile, _ checkpoint: RunCheckpoint
  ) throws(ReconstructionError) -> GridShape.Result {
    if let known = GridShape.Result(state), known.poses.count == set.training.count { return known }
    let start = try GridShape(set: set, plan: plan, seed: options.seed).find(deadline, monitor.announce) {
      stageMonitor($0, journal)
    }
    if let overlap = SilhouetteReport.overlap(start.mesh, set.training), overlap < 0.8 {
      monitor.warn(
        "the shape fills the masks by \(DisplayNumber.fixed(100 * overlap, 0)) % only: masks or cameras contradict each "
          + "other; check that each photo has its own camera and that masks are white on the object")
    }
    start.save(to: &state)
    try checkpoint.save(state)
    return start
  }

  private func object(
    _ start: GridShape.Result, _ set: PhotoSet, _ plan: StagePlan, _ journal: RunJournal, _ state: inout StateFile,
    _ checkpoint: RunCheckpoint
  ) throws(ReconstructionError) -> TexturedMesh {
    if let known = TexturedMesh(state) { return known }
    let stage = ShapeStage(
      photos: set.training, settings: plan.shape, seed: options.seed &+ 1 << 32, threads: options.threads,
      monitor: stageMonitor("mesh", journal))
    let object = try stage.run(
      start.mesh, surroundings: start.surroundings, until: Deadline(seconds: plan.shapeShare * deadline.remaining))
    monitor.announce("mesh: \(SilhouetteReport.text(object.mesh, set.photos))")
    object.save(to: &state)
    try checkpoint.save(state)
    return object
  }

  private func appearance(
    of object: TexturedMesh, _ set: PhotoSet, _ plan: StagePlan, _ journal: RunJournal, _ state: inout StateFile,
    _ checkpoint: RunCheckpoint
  ) throws(ReconstructionError) -> Appearance {
    if let known = Appearance(state, object) { return known }
    let stage = MaterialStage(
      photos: set.training, settings: plan.material, seed: options.seed &+ 77 << 32, threads: options.threads,
      monitor: stageMonitor("materials", journal))
    let appearance = try stage.run(object, until: Deadline(seconds: plan.materialShare * deadline.remaining))
    appearance.save(to: &state)
    try checkpoint.save(state)
    return appearance
  }

  private func stageMonitor(_ name: String, _ journal: RunJournal) -> StageMonitor {
    let (monitor, deadline) = (monitor, deadline)
    return StageMonitor(
      onStep: { iteration, loss, progress in
        journal.append(name, iteration: iteration, loss: loss)
        let text = "\(name) \(Int(100 * progress)) %, loss \(DisplayNumber.significant(loss, 3))"
        monitor.progress(deadline.fraction, text)
      }, isCancelled: monitor.isCancelled)
  }

  private static func summary(_ set: PhotoSet, _ options: ReconstructionOptions) -> String {
    let heldOut = set.photos.count - set.training.count
    let size = set.photos.first.map { "\($0.width)×\($0.height)" } ?? ""
    // Photos in memory at three sizes, and the grid with its optimizer.
    let pixels = set.photos.reduce(0) { $0 + $1.width * $1.height }
    // Without masks the finest grid is not reached.
    let side = set.hasMasks ? options.finestGrid : options.finestGrid / 2
    let cubes = side * side * side
    let megabytes = (pixels * 60 + cubes * 64) >> 20
    return
      "\(set.photos.count) photos of \(size), \(heldOut) held out, \(set.hasMasks ? "with" : "without") masks; up to "
      + "\(DisplayNumber.significant(options.timeBudget / 60, 3)) min and about \(megabytes) MB"
  }
}
