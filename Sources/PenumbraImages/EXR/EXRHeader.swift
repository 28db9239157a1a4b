import COpenEXR

/// What the reader needs of the first part of an EXR file.
struct EXRHeader {
  let width: Int
  let height: Int
  /// First column and row of the data window; they become column and row 0.
  let left: Int
  let top: Int
  /// Channels in storage order.
  let channels: [EXRChannel]
  let isTiled: Bool
  /// A channel that does not have a sample for every pixel, in words.
  let subsampled: String?
  let compression: exr_compression_t

  /// - Throws: `unsupported` for deep data, `tooLarge` for windows beyond the limits or beyond what the file can hold.
  init(_ context: borrowing EXRContext, of source: ImageSource) throws(ImageError) {
    var storage = EXR_STORAGE_LAST_TYPE
    var window = exr_attr_box2i_t()
    var compression = EXR_COMPRESSION_LAST_TYPE
    var list: UnsafePointer<exr_attr_chlist_t>?
    do throws(EXRFailure) {
      try context.check(exr_get_storage(context.handle, 0, &storage))
      try context.check(exr_get_data_window(context.handle, 0, &window))
      try context.check(exr_get_compression(context.handle, 0, &compression))
      try context.check(exr_get_channels(context.handle, 0, &list))
    } catch {
      throw source.malformed("EXR header", expected: "a part with pixels", found: error.found)
    }
    guard storage == EXR_STORAGE_SCANLINE || storage == EXR_STORAGE_TILED else {
      throw source.unsupported("EXR header type", expected: "scanlines or tiles", found: "deep data")
    }
    let entries = UnsafeBufferPointer(start: list?.pointee.entries, count: Int(list?.pointee.num_channels ?? 0))
    subsampled = entries.first { $0.x_sampling != 1 || $0.y_sampling != 1 }.map {
      "\(String(cString: $0.name.str)) sampled \($0.x_sampling)×\($0.y_sampling)"
    }
    self.compression = compression
    isTiled = storage == EXR_STORAGE_TILED
    width = Int(window.max.x) - Int(window.min.x) + 1
    height = Int(window.max.y) - Int(window.min.y) + 1
    (left, top) = (Int(window.min.x), Int(window.min.y))
    channels = entries.map { EXRChannel(name: String(cString: $0.name.str), type: $0.pixel_type) }
    let (pixelBytes, ratio) = (bytesPerPixel, Self.greatestRatio(compression))
    let (columns, rows) = (width, height)
    try source.check(
      width: columns, height: rows, channels: channels.count, place: "EXR header dataWindow",
      isPlausible: columns <= ImageLimits.side && rows <= ImageLimits.side
        && columns * rows * pixelBytes / ratio <= source.bytes.count)
  }

  var bytesPerPixel: Int { channels.reduce(0) { $0 + $1.sampleBytes } }

  var isDWA: Bool { compression == EXR_COMPRESSION_DWAA || compression == EXR_COMPRESSION_DWAB }

  /// The compression's usual name, such as "DWAA".
  var compressionName: String {
    let names = ["no compression", "RLE", "ZIPS", "ZIP", "PIZ", "PXR24", "B44", "B44A", "DWAA", "DWAB"]
    let index = Int(compression.rawValue)
    return names.indices.contains(index) ? names[index] : "compression \(index)"
  }

  /// How many times smaller than the pixels a file of each compression can be at the most, generously.
  private static func greatestRatio(_ compression: exr_compression_t) -> Int {
    switch compression {
    case EXR_COMPRESSION_NONE: 1
    case EXR_COMPRESSION_RLE: 64
    case EXR_COMPRESSION_ZIPS, EXR_COMPRESSION_ZIP, EXR_COMPRESSION_PXR24: 2 * ImageLimits.deflateRatio
    case EXR_COMPRESSION_B44, EXR_COMPRESSION_B44A: 16
    default: 65_536
    }
  }
}
