import COpenEXR

/// Reads the first part of an EXR file: half, float and 32-bit integer channels in scanlines or tiles (level 0).
///
/// Luminance with subsampled chroma comes out as R, G, B; other subsampled channels and deep data are refused. The picture
/// is the data window, as in Mitsuba; the display window is ignored.
struct EXRReader {
  private let source: ImageSource

  init(_ source: ImageSource) { self.source = source }

  func image() throws(ImageError) -> Image {
    let context: EXRContext
    do throws(EXRFailure) {
      context = try EXRContext(reading: source.bytes, name: source.file)
    } catch {
      throw source.malformed("EXR header", expected: "an OpenEXR 2 header", found: error.found)
    }
    let header = try EXRHeader(context, of: source)
    guard let subsampled = header.subsampled else { return try image(context, header) }
    let colorReader = EXRColorReader(source: source, header: header)
    guard colorReader.canRead else {
      throw source.unsupported("EXR header channels", expected: "every channel at every pixel", found: subsampled)
    }
    return try colorReader.image()
  }

  private func image(_ context: borrowing EXRContext, _ header: EXRHeader) throws(ImageError) -> Image {
    let names = header.channels.map(\.name)
    let order = EXRChannel.displayOrder(names)
    var image = Image(width: header.width, height: header.height, channels: order.map { names[$0] }, repeating: 0)
    var slots = [Int](repeating: 0, count: names.count)
    for (slot, stored) in order.enumerated() { slots[stored] = slot }
    if header.isTiled {
      try readTiles(context, header, slots: slots, into: &image)
    } else {
      try readScanlines(context, header, slots: slots, into: &image)
    }
    if header.isDWA { try EXRDWAReader(source: source, header: header).read(into: &image) }
    return image
  }

  private func readScanlines(
    _ context: borrowing EXRContext, _ header: EXRHeader, slots: [Int], into image: inout Image
  ) throws(ImageError) {
    var lines: Int32 = 0
    do throws(EXRFailure) {
      try context.check(exr_get_scanlines_per_chunk(context.handle, 0, &lines))
    } catch {
      throw failure(error, header, place: "EXR header")
    }
    guard lines > 0 else { throw source.malformed("EXR header", expected: "chunks of scanlines", found: "\(lines)") }
    try checkChunks(header, width: header.width, height: Int(lines))
    for row in stride(from: 0, to: header.height, by: Int(lines)) {
      let block = EXRBlock(x: 0, y: row, width: header.width, height: min(Int(lines), header.height - row))
      do throws(EXRFailure) {
        var chunk = exr_chunk_info_t()
        try context.check(exr_read_scanline_chunk_info(context.handle, 0, Int32(header.top + row), &chunk))
        try read(chunk, of: block, context, header, slots: slots, into: &image)
      } catch {
        throw failure(error, header, place: "EXR scanline \(row)")
      }
    }
  }

  private func readTiles(
    _ context: borrowing EXRContext, _ header: EXRHeader, slots: [Int], into image: inout Image
  ) throws(ImageError) {
    var (tileWidth, tileHeight) = (Int32(0), Int32(0))
    do throws(EXRFailure) {
      try context.check(exr_get_tile_sizes(context.handle, 0, 0, 0, &tileWidth, &tileHeight))
    } catch {
      throw failure(error, header, place: "EXR header tiles")
    }
    guard tileWidth > 0, tileHeight > 0 else {
      throw source.malformed("EXR header tiles", expected: "a size", found: "\(tileWidth)×\(tileHeight)")
    }
    let (stepX, stepY) = (Int(tileWidth), Int(tileHeight))
    try checkChunks(header, width: stepX, height: stepY)
    for y in stride(from: 0, to: header.height, by: stepY) {
      for x in stride(from: 0, to: header.width, by: stepX) {
        let block = EXRBlock(x: x, y: y, width: min(stepX, header.width - x), height: min(stepY, header.height - y))
        do throws(EXRFailure) {
          var chunk = exr_chunk_info_t()
          try context.check(
            exr_read_tile_chunk_info(context.handle, 0, Int32(x / stepX), Int32(y / stepY), 0, 0, &chunk))
          try read(chunk, of: block, context, header, slots: slots, into: &image)
        } catch {
          throw failure(error, header, place: "EXR tile \(x / stepX), \(y / stepY)")
        }
      }
    }
  }

  private func checkChunks(_ header: EXRHeader, width: Int, height: Int) throws(ImageError) {
    if header.isDWA { try EXRDWAReader(source: source, header: header).checkChunk(width: width, height: height) }
  }

  /// Decodes a chunk; one of DWA is only looked at, and decoded with all others later.
  private func read(
    _ chunk: exr_chunk_info_t, of block: EXRBlock, _ context: borrowing EXRContext, _ header: EXRHeader, slots: [Int],
    into image: inout Image
  ) throws(EXRFailure) {
    guard !header.isDWA else { return try block.check(chunk, header.channels) }
    try block.decode(chunk, context, header.channels, slots: slots, into: &image)
  }

  private func failure(_ failure: EXRFailure, _ header: EXRHeader, place: String) -> ImageError {
    guard failure.status == EXR_ERR_FEATURE_NOT_IMPLEMENTED.rawValue else {
      return source.malformed(place, expected: "intact pixels", found: failure.found)
    }
    return source.unsupported(
      "EXR header compression", expected: "one that the installed OpenEXRCore can undo", found: header.compressionName)
  }
}
