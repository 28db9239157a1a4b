import Foundation
import PenumbraImages

/// Loads photos and masks, undistorts and reduces them.
public struct PhotoLoader {
  private let options: PhotoOptions
  private let announce: (String) -> Void
  private let isCancelled: (@Sendable () -> Bool)?

  /// - Parameter announce: told what takes long.
  public init(
    _ options: PhotoOptions, announce: @escaping (String) -> Void = { _ in }, isCancelled: (@Sendable () -> Bool)? = nil
  ) {
    (self.options, self.announce, self.isCancelled) = (options, announce, isCancelled)
  }

  /// - Throws: `.missingFile`, or `.invalidInput` naming the photo and what to do about it.
  public func load() throws(ReconstructionError) -> PhotoSet {
    let listing = try PhotoFolder(options: options, announce: announce, isCancelled: isCancelled).listing()
    let side = options.maximumSide
    var photos: [Photo] = []
    for group in Self.groups(listing.photos) {
      let results = Parallel.map(group.count) { number -> Result<Photo, ReconstructionError> in
        let photo = listing.photos[group.lowerBound + number]
        do throws(ReconstructionError) { return .success(try Self.load(photo, maximumSide: side)) } catch {
          return .failure(error)
        }
      }
      for result in results { photos.append(try result.get()) }
      if isCancelled?() ?? false { throw ReconstructionError(.cancelled, "interrupted") }
    }
    var warnings = listing.warnings
    try checkMasks(&photos)
    warnings += Coverage.warnings(photos)
    if let note = Exposure.equalize(&photos) { warnings.append(note) }
    return PhotoSet(photos: photos, bounds: listing.bounds, points: listing.points, warnings: warnings)
  }

  /// Photos that are in memory at once, as they are stored: some gigabytes of them at most, but one at least.
  private static func groups(_ photos: [PosedPhoto]) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var (start, pixels) = (0, 0)
    for (index, photo) in photos.enumerated() {
      let own = photo.intrinsics.width * photo.intrinsics.height
      if index > start, pixels + own > mostPixels {
        groups.append(start..<index)
        (start, pixels) = (index, 0)
      }
      pixels += own
    }
    if start < photos.count { groups.append(start..<photos.count) }
    return groups
  }

  /// Decoding takes about 20 bytes per pixel.
  private static let mostPixels = 120_000_000

  /// Either every photo has a mask or none.
  private func checkMasks(_ photos: inout [Photo]) throws(ReconstructionError) {
    let without = photos.filter { $0.mask == nil }
    guard let example = without.first, without.count < photos.count else {
      for photo in photos {
        if let mask = photo.mask, !mask.contains(where: { $0 > 0.5 }) {
          throw ReconstructionError(
            .invalidInput, "\(photo.name): expected a mask that shows the object (white), found one that is empty")
        }
      }
      return
    }
    throw ReconstructionError(
      .invalidInput,
      "\(example.name): expected a mask as for other photos, found none (\(without.count) of \(photos.count) photos "
        + "have none)")
  }

  static func load(_ photo: PosedPhoto, maximumSide: Int) throws(ReconstructionError) -> Photo {
    var (image, exif) = try picture(photo.path)
    var intrinsics = photo.intrinsics
    if !fits(image, intrinsics), let turn = exif?.orientation, turn != 1 { image = image.oriented(turn) }
    guard fits(image, intrinsics) else {
      throw ReconstructionError(
        .invalidInput,
        "\(photo.path): expected a picture of \(intrinsics.width)×\(intrinsics.height) as its camera has, "
          + "found \(image.width)×\(image.height); cameras and photos must belong together")
    }
    intrinsics = intrinsics.scaled(width: image.width, height: image.height)
    let pinhole = Pinhole(intrinsics, maximumSide: maximumSide)
    var mask: [Float]?
    let hasAlpha = image.channels.contains("A")
    do {
      image = try image.converted(to: hasAlpha ? ["R", "G", "B", "A"] : ["R", "G", "B"], name: photo.path)
    } catch { throw ReconstructionError(error) }
    for i in image.values.indices where !image.values[i].isFinite { image.values[i] = 0 }
    if hasAlpha { image.premultiply(isAssociated: PhotoFolder.fileExtension(photo.path) == "exr") }
    let (resampled, validity) = Resampling(source: intrinsics, target: pinhole).apply(image)
    var rgb = resampled.values
    if hasAlpha {
      rgb = resampled.values.enumerated().filter { $0.offset % 4 != 3 }.map(\.element)
      mask = stride(from: 3, to: resampled.values.count, by: 4).map { resampled.values[$0] }
      // An opaque picture in a format that has alpha is one without mask.
      if mask?.allSatisfy({ $0 > 0.999 }) ?? false { mask = nil }
    }
    if let path = photo.maskPath {
      let own = try self.mask(path, photo: photo, size: (image.width, image.height), intrinsics, pinhole)
      // Alpha, where there is some, has been multiplied in already.
      for pixel in own.indices { for c in 0..<3 { rgb[3 * pixel + c] *= own[pixel] } }
      mask = mask.map { zip($0, own).map(*) } ?? own
    }
    return Photo(
      name: photo.name, camera: Camera(pinhole, photo.pose), rgb: rgb, mask: mask,
      validity: validity.map { $0 > 0.99 ? 1 : 0 }, exposure: exif?.exposure, isHeldOut: photo.isHeldOut)
  }

  private static func picture(_ path: String) throws(ReconstructionError) -> (Image, Exif?) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ReconstructionError(.invalidInput, "\(path): expected a photo, found no file that can be read")
    }
    if PhotoFolder.isForeign(path) {
      throw ReconstructionError(.invalidInput, "\(path): \(PhotoFolder.conversion(path))")
    }
    let bytes = [UInt8](data)
    do { return (try Image.decode(bytes, name: path), Exif(jpeg: bytes)) } catch { throw ReconstructionError(error) }
  }

  /// Whether a picture has its camera's shape, be it of another size.
  private static func fits(_ image: Image, _ intrinsics: Intrinsics) -> Bool {
    let ratio = Double(image.width * intrinsics.height) / Double(image.height * intrinsics.width)
    return abs(ratio - 1) < 0.01
  }

  private static func mask(
    _ path: String, photo: PosedPhoto, size: (Int, Int), _ intrinsics: Intrinsics, _ pinhole: Pinhole
  ) throws(ReconstructionError) -> [Float] {
    let image: Image
    do {
      let stored = try Image.read(path, encoding: .linear)
      image = try stored.converted(
        to: [stored.channels.contains("A") && stored.channels.count == 4 && stored.isWhite ? "A" : "Y"], name: path)
    } catch { throw ReconstructionError(error) }
    guard fits(image, intrinsics) else {
      throw ReconstructionError(
        .invalidInput,
        "\(path): expected a mask of \(size.0)×\(size.1) as the photo, found \(image.width)×\(image.height)")
    }
    let source = intrinsics.scaled(width: image.width, height: image.height)
    return Resampling(source: source, target: pinhole).apply(image).image.values.map { min(max($0, 0), 1) }
  }
}

extension Image {
  /// Whether the colours say nothing, so that a mask must be in the alpha channel.
  fileprivate var isWhite: Bool {
    let count = channels.count
    return values.indices.allSatisfy { $0 % count == 3 || values[$0] > 0.99 }
  }

  /// R, G, B times A, for straight alpha; EXR's colours are associated with it already.
  fileprivate mutating func premultiply(isAssociated: Bool) {
    guard !isAssociated else { return }
    for pixel in 0..<pixelCount {
      for c in 0..<3 { values[4 * pixel + c] *= values[4 * pixel + 3] }
    }
  }
}
