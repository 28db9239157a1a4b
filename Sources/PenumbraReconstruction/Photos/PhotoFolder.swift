import Foundation

/// Finds out what a folder of photos holds: cameras, photos and masks.
struct PhotoFolder {
  let options: PhotoOptions
  let announce: (String) -> Void
  let isCancelled: (@Sendable () -> Bool)?

  static let extensions: Set<String> = ["png", "jpg", "jpeg", "exr", "hdr", "pfm", "bmp"]
  private static let foreign: Set<String> = [
    "heic", "heif", "cr2", "cr3", "nef", "arw", "dng", "raf", "tif", "tiff", "webp", "avif", "mov", "mp4",
  ]

  /// Photos with cameras and mask files, held-out ones marked.
  func listing() throws(ReconstructionError) -> CameraListing {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: options.photos, isDirectory: &isFolder) else {
      throw ReconstructionError(.missingFile, "\(options.photos): expected a folder of photos, found nothing there")
    }
    var listing: CameraListing
    var folder = options.photos
    if !isFolder.boolValue {
      guard folder.lowercased().hasSuffix(".json") else {
        throw ReconstructionError(.invalidInput, "\(folder): expected a folder of photos, found a file")
      }
      folder = (folder as NSString).deletingLastPathComponent
      folder = folder.isEmpty ? "." : folder
      listing = try TransformsFile.read(options.photos, folder: folder)
    } else {
      listing = try cameras(folder)
    }
    try attachMasks(&listing, folder)
    try holdOut(&listing)
    return listing
  }

  private func cameras(_ folder: String) throws(ReconstructionError) -> CameraListing {
    if let cameras = options.cameras {
      guard FileManager.default.fileExists(atPath: cameras) else {
        throw ReconstructionError(.missingFile, "\(cameras): expected a COLMAP model's folder, found nothing there")
      }
      if cameras.lowercased().hasSuffix(".json") { return try TransformsFile.read(cameras, folder: folder) }
      guard let model = Self.model(below: cameras) else {
        throw ReconstructionError(
          .invalidInput,
          "\(cameras): expected a COLMAP model (cameras, images, points3D as .txt or .bin), found none there")
      }
      return try ColmapModel.read(model).listing(photos: folder, place: model)
    }
    for name in ["transforms.json", "transforms_train.json"] {
      let path = "\(folder)/\(name)"
      if FileManager.default.fileExists(atPath: path) { return try TransformsFile.read(path, folder: folder) }
    }
    if let model = Self.model(below: folder) {
      return try ColmapModel.read(model).listing(photos: folder, place: model)
    }
    let photos = try barePhotos(folder)
    let model = try ColmapProgram.run(
      photos: photos, workspace: options.workspace, isCancelled: isCancelled, announce: announce)
    return try ColmapModel.read(model).listing(photos: photos, place: model)
  }

  private static func model(below folder: String) -> String? {
    ["", "/0", "/sparse/0", "/sparse", "/colmap/sparse/0"].map { folder + $0 }.first { ColmapModel.exists(in: $0) }
  }

  /// The folder with the pictures themselves.
  private func barePhotos(_ folder: String) throws(ReconstructionError) -> String {
    var foreign: String?
    for candidate in [folder, "\(folder)/images"] {
      let names = ((try? FileManager.default.contentsOfDirectory(atPath: candidate)) ?? []).sorted()
      let photos = names.filter { Self.extensions.contains(Self.fileExtension($0)) }
      if photos.count == 1 {
        throw ReconstructionError(
          .invalidInput,
          "\(candidate): expected photos from several sides (20 or more work well), found one, and one shows no depth")
      }
      if photos.count > 1 { return candidate }
      foreign = foreign ?? names.first { Self.foreign.contains(Self.fileExtension($0)) }
    }
    if let foreign {
      throw ReconstructionError(.invalidInput, "\(folder): \(Self.conversion(foreign))")
    }
    throw ReconstructionError(.invalidInput, "\(folder): expected photos (.jpg, .png or .exr), found none")
  }

  /// Whether a file's name says that it is a picture of a format that is not read here.
  static func isForeign(_ name: String) -> Bool { foreign.contains(fileExtension(name)) }

  /// What to do about a picture of a foreign format.
  static func conversion(_ name: String) -> String {
    "expected PNG, JPEG or EXR photos, found \((name as NSString).lastPathComponent); convert them, for example with "
      + "`heif-convert` for HEIC, `dcraw` for raw files or `ffmpeg` for videos"
  }

  static func fileExtension(_ name: String) -> String { (name as NSString).pathExtension.lowercased() }

  /// Masks of `--masks`, or of `masks/` beside the photos.
  private func attachMasks(_ listing: inout CameraListing, _ folder: String) throws(ReconstructionError) {
    let chosen = options.masks
    let masks = chosen ?? "\(folder)/masks"
    guard FileManager.default.fileExists(atPath: masks) else {
      guard chosen == nil else {
        throw ReconstructionError(.missingFile, "\(masks): expected a folder of masks, found nothing there")
      }
      return
    }
    for index in listing.photos.indices where chosen != nil || listing.photos[index].maskPath == nil {
      let name = (listing.photos[index].name as NSString).lastPathComponent
      let stem = (name as NSString).deletingPathExtension
      let candidates = [name, "\(stem).png", "\(name).png", "\(stem).jpg", "\(stem)_mask.png"].map { "\(masks)/\($0)" }
      listing.photos[index].maskPath = candidates.first { FileManager.default.fileExists(atPath: $0) }
      if chosen != nil, listing.photos[index].maskPath == nil {
        throw ReconstructionError(
          .invalidInput, "\(masks): expected a mask for every photo, found none for \(name) (looked for \(stem).png)")
      }
    }
  }

  private func holdOut(_ listing: inout CameraListing) throws(ReconstructionError) {
    if !options.holdsOut {
      for index in listing.photos.indices { listing.photos[index].isHeldOut = false }
    } else if !listing.hasSplit, listing.photos.count >= 8 {
      for index in stride(from: 0, to: listing.photos.count, by: 8) { listing.photos[index].isHeldOut = true }
    }
    let count = listing.photos.count { !$0.isHeldOut }
    guard count >= 2 else {
      throw ReconstructionError(
        .invalidInput,
        "\(options.photos): expected photos from several sides (20 or more work well), found \(count) to learn from, "
          + "and one shows no depth")
    }
  }
}
