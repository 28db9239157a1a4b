import COpenEXR

/// The pixels of one chunk of an EXR file: some scanlines, or a tile.
///
/// The library only reads and decompresses; unpacking is done here, where every length is checked.
struct EXRBlock {
  let x, y, width, height: Int

  /// Refuses a chunk that is not this block.
  func check(_ chunk: exr_chunk_info_t, _ channels: [EXRChannel]) throws(EXRFailure) {
    let rowBytes = channels.reduce(0) { $0 + $1.sampleBytes * width }
    guard Int(chunk.width) == width, Int(chunk.height) == height, chunk.unpacked_size == rowBytes * height else {
      throw EXRFailure(
        status: exr_result_t(EXR_ERR_CORRUPT_CHUNK.rawValue),
        complaint: "a chunk of \(chunk.width)×\(chunk.height) pixels in \(chunk.unpacked_size) bytes")
    }
  }

  /// Decodes `chunk` into `image`; channel number i of the file goes to channel `slots[i]` of the picture.
  func decode(
    _ chunk: exr_chunk_info_t, _ context: borrowing EXRContext, _ channels: [EXRChannel], slots: [Int],
    into image: inout Image
  ) throws(EXRFailure) {
    try check(chunk, channels)
    var chunk = chunk
    var pipeline = exr_decode_pipeline_t()
    defer { exr_decoding_destroy(context.handle, &pipeline) }
    try context.check(exr_decoding_initialize(context.handle, 0, &chunk, &pipeline))
    try context.check(exr_decoding_choose_default_routines(context.handle, 0, &pipeline))
    pipeline.unpack_and_convert_fn = nil
    try context.check(exr_decoding_run(context.handle, 0, &pipeline))
    let isStored = pipeline.unpacked_buffer == pipeline.packed_buffer
    guard let stored = pipeline.unpacked_buffer, !isStored || chunk.packed_size >= chunk.unpacked_size else {
      throw EXRFailure(
        status: exr_result_t(EXR_ERR_CORRUPT_CHUNK.rawValue), complaint: "only \(chunk.packed_size) bytes of pixels")
    }
    unpack(UnsafeRawPointer(stored), channels, slots: slots, into: &image)
  }

  /// Rows one after the other, within a row channel after channel.
  private func unpack(_ stored: UnsafeRawPointer, _ channels: [EXRChannel], slots: [Int], into image: inout Image) {
    let (step, imageWidth) = (channels.count, image.width)
    image.values.withUnsafeMutableBufferPointer { values in
      guard let base = values.baseAddress else { return }
      var stored = stored
      for row in y..<y + height {
        for (channel, slot) in zip(channels, slots) {
          EXRSamples(type: channel.type).widen(
            stored, count: width, into: base + (row * imageWidth + x) * step + slot, step: step)
          stored += width * channel.sampleBytes
        }
      }
    }
  }
}
