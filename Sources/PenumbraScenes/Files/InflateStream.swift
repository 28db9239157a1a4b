import CZlib

/// Decompresses a zlib stream piece by piece into memory that the caller has sized.
struct InflateStream: ~Copyable {
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeBufferPointer<UInt8>
  private let file: String
  private var consumed = 0

  /// DEFLATE makes at most 1032 bytes of one.
  private static let largestExpansion = 1032

  /// - Parameter input: must outlive the stream.
  init(_ input: UnsafeBufferPointer<UInt8>, file: String) throws(SceneError) {
    (self.input, self.file) = (input, file)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard czlib_inflate_init(stream) == Z_OK else {
      stream.deallocate()
      throw SceneError(.unreadable, at: file, found: "zlib could not be started")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Whether the rest of the input could hold that many bytes at all; asked before memory is allocated for them.
  func canHold(_ count: Int) -> Bool {
    let rest = input.count - consumed
    return count / Self.largestExpansion <= rest + 1024
  }

  /// Fills `output` with the next bytes.
  ///
  /// - Throws: where the data is damaged or ends before `output` is full.
  mutating func read(into output: UnsafeMutableRawBufferPointer) throws(SceneError) {
    var written = 0
    while written < output.count {
      let step = min(output.count - written, 1 << 30)
      let available = min(input.count - consumed, 1 << 30)
      guard let source = input.baseAddress, let target = output.baseAddress else { break }
      stream.pointee.next_in = UnsafeMutablePointer(mutating: source + consumed)
      stream.pointee.avail_in = UInt32(available)
      stream.pointee.next_out = target.assumingMemoryBound(to: UInt8.self) + written
      stream.pointee.avail_out = UInt32(step)
      let status = inflate(stream, Z_NO_FLUSH)
      let made = step - Int(stream.pointee.avail_out)
      consumed += available - Int(stream.pointee.avail_in)
      written += made
      if written == output.count { return }
      guard status == Z_OK, made > 0 || stream.pointee.avail_in < available else {
        let isShort = status == Z_STREAM_END || status == Z_OK || status == Z_BUF_ERROR
        throw SceneError(
          .malformed, at: file, expected: "more compressed data",
          found: isShort ? "the end of the stream" : "damaged data")
      }
    }
  }

  /// The next little-endian number.
  mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws(SceneError) -> Number {
    var value = Number.zero
    do {
      try withUnsafeMutableBytes(of: &value) { try read(into: $0) }
    } catch let error as SceneError {
      throw error
    } catch {
      throw SceneError(.malformed, at: file, found: "\(error)")
    }
    return Number(littleEndian: value)
  }
}
