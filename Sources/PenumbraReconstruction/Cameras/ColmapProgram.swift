import Foundation

/// The program `colmap`, which finds cameras for bare photos.
enum ColmapProgram {
  /// Where it is installed, by `PATH`.
  static func path() -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/colmap" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Features, matches and mapping; a step is announced before it begins.
  ///
  /// - Returns: the folder of the largest model.
  static func run(
    photos: String, workspace: String, isCancelled: (@Sendable () -> Bool)?, announce: (String) -> Void
  ) throws(ReconstructionError) -> String {
    guard let program = path() else {
      throw ReconstructionError(
        .invalidInput,
        "\(photos): expected a transforms.json or a COLMAP model with the photos' cameras, found neither; install "
          + "colmap (Debian, Ubuntu: apt install colmap; macOS: brew install colmap) and run again to have them found, "
          + "or name a model with --cameras DIR")
    }
    let (database, sparse) = ("\(workspace)/database.db", "\(workspace)/sparse")
    do { try FileManager.default.createDirectory(atPath: sparse, withIntermediateDirectories: true) } catch {
      throw ReconstructionError(.unwritable, "\(sparse): expected a folder that can be created, found that it cannot")
    }
    let steps: [(String, [String])] = [
      (
        "features of the photos",
        [
          "feature_extractor", "--database_path", database, "--image_path", photos,
          "--ImageReader.single_camera_per_folder", "1", "--ImageReader.camera_model", "OPENCV",
          "--SiftExtraction.use_gpu", "0",
        ]
      ),
      ("matches", ["exhaustive_matcher", "--database_path", database, "--SiftMatching.use_gpu", "0"]),
      ("cameras", ["mapper", "--database_path", database, "--image_path", photos, "--output_path", sparse]),
    ]
    for (name, arguments) in steps {
      announce("colmap: finding \(name)")
      try start(program, arguments, log: "\(workspace)/colmap.log", isCancelled)
    }
    let models = ((try? FileManager.default.contentsOfDirectory(atPath: sparse)) ?? []).sorted()
      .map { "\(sparse)/\($0)" }.filter { ColmapModel.exists(in: $0) }
    var best: (folder: String, count: Int)?
    for folder in models {
      let count = try ColmapModel.read(folder).pictures.count
      if count > (best?.count ?? 0) { best = (folder, count) }
    }
    guard let best else {
      throw ReconstructionError(
        .invalidInput,
        "\(photos): expected photos that overlap, found that colmap could not place any; take more photos, each "
          + "showing most of what the previous one shows (log: \(workspace)/colmap.log)")
    }
    return best.folder
  }

  private static func start(
    _ program: String, _ arguments: [String], log: String, _ isCancelled: (@Sendable () -> Bool)?
  ) throws(ReconstructionError) {
    if !FileManager.default.fileExists(atPath: log) { _ = FileManager.default.createFile(atPath: log, contents: nil) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    if let file = FileHandle(forWritingAtPath: log) {
      file.seekToEndOfFile()
      (process.standardOutput, process.standardError) = (file, file)
    }
    do { try process.run() } catch {
      throw ReconstructionError(.failed, "\(program): expected a program that runs, found \(error)")
    }
    while process.isRunning {
      if isCancelled?() ?? false {
        process.terminate()
        throw ReconstructionError(.cancelled, "interrupted")
      }
      usleep(100_000)
    }
    guard process.terminationStatus == 0 else {
      throw ReconstructionError(
        .failed,
        "\(program) \(arguments[0]): expected success, found exit status \(process.terminationStatus); see \(log)")
    }
  }
}
