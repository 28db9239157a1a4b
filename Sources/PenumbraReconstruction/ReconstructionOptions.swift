import Foundation

/// What a user may choose.
public struct ReconstructionOptions: Sendable {
  /// How much work is done.
  public enum Preset: String, Sendable, CaseIterable {
    case preview, standard, fine

    /// Longer side of the photos as they are used, in pixels.
    public var maximumSide: Int {
      switch self {
      case .preview: 320
      case .standard: 640
      case .fine: 1024
      }
    }

    /// Seconds that a run may take unless the user says otherwise.
    public var timeBudget: Double {
      switch self {
      case .preview: 120
      case .standard: 600
      case .fine: 2400
      }
    }

    /// Cubes along the longest side of the finest grid, where there is time for it.
    fileprivate var finestGrid: Int {
      switch self {
      case .preview: 160
      case .standard: 256
      case .fine: 320
      }
    }
  }

  public var photos: PhotoOptions
  /// Folder to write.
  public var output: String
  public var preset: Preset
  /// Seconds.
  public var timeBudget: Double
  public var seed: UInt64 = 0
  public var threads: Int?
  /// Continue from the checkpoint in the output folder, if there is one.
  public var resumes = false
  /// Whether cameras are corrected: by points of the photos where there are enough, otherwise together with a scene that has
  /// no masks.
  public var refinesCameras = true
  /// Pictures around the object.
  public var turntable = 0
  /// An environment map to show the object under.
  public var relight: String?

  /// Cubes along the longest side of the finest grid that there is time for: meshing it, unwrapping its triangles and showing
  /// them cannot be cut short, and a fine mesh gains nothing from a grid that had no time to settle.
  var finestGrid: Int {
    // Work is as the number of cubes.
    let affordable = Self.gridOfOneMinute * cbrt(max(timeBudget, 0) / 60)
    return 4 * Int(min(Double(preset.finestGrid), max(affordable, Self.coarsestGrid)) / 4)
  }

  private static let gridOfOneMinute = 160.0
  private static let coarsestGrid = 64.0

  public init(photos: String, output: String, preset: Preset = .standard) {
    self.photos = PhotoOptions(photos: photos, workspace: "\(output)/checkpoint/colmap")
    self.photos.maximumSide = preset.maximumSide
    (self.output, self.preset, timeBudget) = (output, preset, preset.timeBudget)
  }
}

/// Seen from outside while a reconstruction runs.
public struct ReconstructionMonitor: Sendable {
  /// Told what begins: one line.
  public var announce: @Sendable (String) -> Void
  public var warn: @Sendable (String) -> Void
  /// Finished share of the whole run, and what is being done.
  public var progress: @Sendable (Double, String) -> Void
  /// Polled; `true` stops the run with `.cancelled`.
  public var isCancelled: @Sendable () -> Bool

  public init(
    announce: @escaping @Sendable (String) -> Void = { _ in }, warn: @escaping @Sendable (String) -> Void = { _ in },
    progress: @escaping @Sendable (Double, String) -> Void = { _, _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    (self.announce, self.warn, self.progress, self.isCancelled) = (announce, warn, progress, isCancelled)
  }
}
