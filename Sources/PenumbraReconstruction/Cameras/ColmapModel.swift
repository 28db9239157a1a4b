import Foundation

/// A sparse model of COLMAP: `cameras`, `images` and, where there are, `points3D`, as `.txt` or `.bin`.
public struct ColmapModel: Sendable, Equatable {
  struct Picture: Sendable, Equatable {
    var name: String
    var camera: UInt32
    var pose: CameraPose
  }
  var cameras: [UInt32: Intrinsics] = [:]
  var pictures: [Picture] = []
  var points: [SIMD3<Double>] = []

  /// Whether a folder holds a model.
  static func exists(in folder: String) -> Bool {
    ["txt", "bin"].contains { format in
      ["cameras", "images"].allSatisfy { FileManager.default.fileExists(atPath: "\(folder)/\($0).\(format)") }
    }
  }

  /// Reads the model of a folder; the binary form where both are there.
  public static func read(_ folder: String) throws(ReconstructionError) -> ColmapModel {
    let isBinary = FileManager.default.fileExists(atPath: "\(folder)/cameras.bin")
    let model =
      isBinary ? try ColmapBinaryReader.read(folder) : try ColmapTextReader.read(folder)
    guard !model.pictures.isEmpty else {
      throw ReconstructionError(.invalidInput, "\(folder): expected a COLMAP model with images, found none in it")
    }
    return model
  }

  /// The photos of the model, found below `photos`; absent ones are skipped with a warning.
  func listing(photos: String, place: String) throws(ReconstructionError) -> CameraListing {
    var listing = CameraListing(photos: [])
    var missing: [String] = []
    for picture in pictures.sorted(by: { $0.name < $1.name }) {
      guard let intrinsics = cameras[picture.camera] else {
        throw ReconstructionError(
          .invalidInput, "\(place): image '\(picture.name)': expected camera \(picture.camera) in cameras, found none")
      }
      let path = [photos, "\(photos)/images"].map { "\($0)/\(picture.name)" }
        .first { FileManager.default.fileExists(atPath: $0) }
      guard let path else {
        missing.append(picture.name)
        continue
      }
      listing.photos.append(
        PosedPhoto(name: picture.name, path: path, maskPath: nil, intrinsics: intrinsics, pose: picture.pose))
    }
    guard !listing.photos.isEmpty else {
      throw ReconstructionError(
        .invalidInput,
        "\(place): expected the photos of the model in \(photos), found none of its \(pictures.count) "
          + "(first: \(missing.first ?? "?"))")
    }
    if !missing.isEmpty {
      listing.warnings.append(
        "\(place): \(missing.count) of \(pictures.count) images of the model are not in \(photos); skipped")
    }
    listing.points = points
    return listing
  }

  /// The camera models that can be undistorted, by COLMAP's number and name, with their numbers of parameters.
  enum LensModel: Int, CaseIterable {
    case simplePinhole, pinhole, simpleRadial, radial, openCV, openCVFisheye, fullOpenCV, fieldOfView
    case simpleRadialFisheye, radialFisheye, thinPrismFisheye

    static let names = [
      "SIMPLE_PINHOLE", "PINHOLE", "SIMPLE_RADIAL", "RADIAL", "OPENCV", "OPENCV_FISHEYE", "FULL_OPENCV", "FOV",
      "SIMPLE_RADIAL_FISHEYE", "RADIAL_FISHEYE", "THIN_PRISM_FISHEYE",
    ]
    var name: String { Self.names[rawValue] }
    var parameterCount: Int { [3, 4, 4, 5, 8, 8, 12, 5, 4, 5, 12][rawValue] }

    init?(name: String) {
      guard let index = Self.names.firstIndex(of: name) else { return nil }
      self.init(rawValue: index)
    }

    /// - Parameter p: as many numbers as `parameterCount`.
    func intrinsics(width: Int, height: Int, _ p: [Double], place: String) throws(ReconstructionError) -> Intrinsics {
      guard width > 0, height > 0, width < 1_000_000, height < 1_000_000, p.allSatisfy(\.isFinite), p[0] > 0 else {
        throw ReconstructionError(
          .invalidInput,
          "\(place): expected a size in pixels and a focal length above 0, found \(width)×\(height), \(p)")
      }
      // One focal length or two.
      let isSimple = [.simplePinhole, .simpleRadial, .radial, .simpleRadialFisheye, .radialFisheye].contains(self)
      let k = Array(p.dropFirst(isSimple ? 3 : 4))
      let lens: Lens
      switch self {
      case .simplePinhole, .pinhole: lens = .pinhole
      case .simpleRadial, .radial: lens = .radialTangential(k)
      case .openCV: lens = .radialTangential([k[0], k[1]], p1: k[2], p2: k[3])
      case .fullOpenCV: lens = .radialTangential([k[0], k[1], k[4]], denominator: Array(k[5...]), p1: k[2], p2: k[3])
      case .openCVFisheye, .simpleRadialFisheye, .radialFisheye: lens = .fisheye(k: k)
      case .fieldOfView, .thinPrismFisheye:
        throw ReconstructionError(
          .invalidInput,
          "\(place): expected a lens that is known here, found \(name); `colmap image_undistorter` makes pinhole photos"
        )
      }
      return Intrinsics(
        width: width, height: height, fx: p[0], fy: isSimple ? p[0] : p[1], cx: p[isSimple ? 1 : 2],
        cy: p[isSimple ? 2 : 3], lens: lens)
    }
  }
}
