import COpenEXR

/// Writes a picture as a single-part, ZIP-compressed scanline EXR file with all its channels.
struct EXRWriter {
  let image: Image
  let type: ImageWriteOptions.FloatType
  let file: String

  func bytes() throws(ImageError) -> [UInt8] {
    for (index, name) in image.channels.enumerated() {
      guard (1...255).contains(name.utf8.count), !name.utf8.contains(0), !image.channels[..<index].contains(name) else {
        throw ImageError(
          .unsupported, file: file, place: "EXR channels", expected: "different names of 1 to 255 bytes", found: name)
      }
    }
    do throws(EXRFailure) {
      var context = try EXRContext(writing: file)
      let order = try writeHeader(context)
      var lines: Int32 = 0
      try context.check(exr_get_scanlines_per_chunk(context.handle, 0, &lines))
      for row in stride(from: 0, to: image.height, by: Int(lines)) {
        try writeChunk(context, row: row, lines: min(Int(lines), image.height - row), order: order)
      }
      return try context.finish()
    } catch {
      throw ImageError(
        .unwritable, file: file, place: "EXR", expected: "a picture that can be stored", found: error.found)
    }
  }

  /// - Returns: the picture's channel for each stored channel, which the library sorts by name.
  private func writeHeader(_ context: borrowing EXRContext) throws(EXRFailure) -> [Int] {
    if image.channels.contains(where: { $0.utf8.count > 31 }) {
      try context.check(exr_set_longname_support(context.handle, 1))
    }
    var part: Int32 = 0
    try context.check(exr_add_part(context.handle, "image", EXR_STORAGE_SCANLINE, &part))
    try context.check(
      exr_initialize_required_attr_simple(
        context.handle, part, Int32(image.width), Int32(image.height), EXR_COMPRESSION_ZIP))
    let pixelType = type == .half ? EXR_PIXEL_HALF : EXR_PIXEL_FLOAT
    for name in image.channels {
      try context.check(
        exr_result_t(exr_add_channel(context.handle, part, name, pixelType, EXR_PERCEPTUALLY_LOGARITHMIC, 1, 1)))
    }
    try context.check(exr_write_header(context.handle))
    var list: UnsafePointer<exr_attr_chlist_t>?
    try context.check(exr_get_channels(context.handle, part, &list))
    let entries = UnsafeBufferPointer(start: list?.pointee.entries, count: Int(list?.pointee.num_channels ?? 0))
    return entries.compactMap { image.channels.firstIndex(of: String(cString: $0.name.str)) }
  }

  private func writeChunk(
    _ context: borrowing EXRContext, row: Int, lines: Int, order: [Int]
  ) throws(EXRFailure) {
    var chunk = exr_chunk_info_t()
    try context.check(exr_write_scanline_chunk_info(context.handle, 0, Int32(row), &chunk))
    var pipeline = exr_encode_pipeline_t()
    defer { exr_encoding_destroy(context.handle, &pipeline) }
    try context.check(exr_encoding_initialize(context.handle, 0, &chunk, &pipeline))
    let sampleBytes = type == .half ? 2 : 4
    let planes = order.map { plane(channel: $0, row: row, lines: lines) }
    let joined = planes.flatMap { $0 }
    let status = joined.withUnsafeBufferPointer { buffer -> exr_result_t in
      for index in 0..<Int(pipeline.channel_count) {
        let plane = index * lines * image.width * sampleBytes
        pipeline.channels[index].encode_from_ptr = buffer.baseAddress! + plane
        pipeline.channels[index].user_bytes_per_element = Int16(sampleBytes)
        pipeline.channels[index].user_data_type = pipeline.channels[index].data_type
        pipeline.channels[index].user_pixel_stride = Int32(sampleBytes)
        pipeline.channels[index].user_line_stride = Int32(sampleBytes * image.width)
      }
      let status = exr_encoding_choose_default_routines(context.handle, 0, &pipeline)
      copenexr_guard_compression(&pipeline)
      return status == EXR_ERR_SUCCESS.rawValue ? exr_encoding_run(context.handle, 0, &pipeline) : status
    }
    try context.check(status)
  }

  /// Some rows of one channel in the file's sample type and the machine's byte order.
  private func plane(channel: Int, row: Int, lines: Int) -> [UInt8] {
    let count = image.channels.count
    let pixels = row * image.width..<(row + lines) * image.width
    var bytes: [UInt8] = []
    bytes.reserveCapacity(pixels.count * (type == .half ? 2 : 4))
    for pixel in pixels {
      let value = image.values[pixel * count + channel]
      switch type {
      case .half: withUnsafeBytes(of: Float16(value)) { bytes.append(contentsOf: $0) }
      case .float: withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
      }
    }
    return bytes
  }
}
