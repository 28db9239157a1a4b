import COpenEXR

/// Sole owner of an OpenEXRCore context that reads from or writes to memory and keeps its complaints silent.
struct EXRContext: ~Copyable {
  /// What the library's functions take; not to be used after `finish`.
  let handle: exr_context_t
  private var isOpen = true
  private let memory: EXRMemory

  /// Opens the picture in `bytes` for reading.
  init(reading bytes: [UInt8], name: String) throws(EXRFailure) {
    let memory = EXRMemory(bytes)
    var setup = Self.setup(for: memory)
    setup.read_fn = { _, user, buffer, size, offset, _ in
      guard let user, let buffer else { return -1 }
      return EXRMemory.of(user).read(into: UnsafeMutableRawBufferPointer(start: buffer, count: Int(size)), at: offset)
    }
    setup.size_fn = { _, user in user.map { Int64(EXRMemory.of($0).bytes.count) } ?? -1 }
    // Rebuilding a damaged chunk table would return pictures with holes.
    setup.flags = EXR_CONTEXT_FLAG_DISABLE_CHUNK_RECONSTRUCTION
    var handle: exr_context_t?
    let status = exr_start_read(&handle, name, &setup)
    // The library goes on after some complaints and guesses; a header it complains about is not trusted here.
    guard status == EXR_ERR_SUCCESS.rawValue, memory.complaint == nil, let handle else {
      exr_finish(&handle)
      throw EXRFailure(status: status, complaint: memory.complaint)
    }
    (self.handle, self.memory) = (handle, memory)
  }

  /// Starts a picture that will be written to memory.
  init(writing name: String) throws(EXRFailure) {
    let memory = EXRMemory([])
    var setup = Self.setup(for: memory)
    setup.write_fn = { _, user, buffer, size, offset, _ in
      guard let user, let buffer else { return -1 }
      return EXRMemory.of(user).write(UnsafeRawBufferPointer(start: buffer, count: Int(size)), at: offset)
    }
    var handle: exr_context_t?
    let status = exr_start_write(&handle, name, EXR_WRITE_FILE_DIRECTLY, &setup)
    guard status == EXR_ERR_SUCCESS.rawValue, let handle else {
      exr_finish(&handle)
      throw EXRFailure(status: status, complaint: memory.complaint)
    }
    (self.handle, self.memory) = (handle, memory)
  }

  deinit {
    guard isOpen else { return }
    var closing: exr_context_t? = handle
    exr_finish(&closing)
  }

  /// Turns a result code of the library into an error with the library's own words.
  func check(_ status: exr_result_t) throws(EXRFailure) {
    guard status == EXR_ERR_SUCCESS.rawValue else {
      throw EXRFailure(status: status, complaint: memory.complaint)
    }
  }

  /// Finishes writing and hands over the file.
  mutating func finish() throws(EXRFailure) -> [UInt8] {
    var closing: exr_context_t? = handle
    let status = exr_finish(&closing)
    isOpen = false
    guard status == EXR_ERR_SUCCESS.rawValue else { throw EXRFailure(status: status, complaint: memory.complaint) }
    return memory.bytes
  }

  private static func setup(for memory: EXRMemory) -> exr_context_initializer_t {
    var setup = exr_context_initializer_t()
    setup.size = MemoryLayout<exr_context_initializer_t>.size
    setup.zip_level = 6
    setup.dwa_quality = -1
    setup.max_image_width = Int32(ImageLimits.side)
    setup.max_image_height = Int32(ImageLimits.side)
    setup.max_tile_width = Int32(ImageLimits.side)
    setup.max_tile_height = Int32(ImageLimits.side)
    setup.user_data = Unmanaged.passUnretained(memory).toOpaque()
    setup.error_handler_fn = { context, _, message in
      var user: UnsafeMutableRawPointer?
      guard let message, exr_get_user_data(context, &user) == EXR_ERR_SUCCESS.rawValue, let user else { return }
      EXRMemory.of(user).complain(String(cString: message))
    }
    return setup
  }
}

/// A result code of OpenEXRCore and the first thing it had to say.
struct EXRFailure: Error {
  let status: exr_result_t
  let complaint: String?

  var found: String {
    complaint ?? exr_get_default_error_message(status).map { String(cString: $0) } ?? "error \(status)"
  }
}

/// The bytes behind a context. A class because the library keeps a pointer to it; used by one thread at a time.
final class EXRMemory {
  private(set) var bytes: [UInt8]
  private(set) var complaint: String?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func of(_ user: UnsafeMutableRawPointer) -> EXRMemory {
    Unmanaged<EXRMemory>.fromOpaque(user).takeUnretainedValue()
  }

  /// Only the first complaint names the cause; the library adds what follows from it.
  func complain(_ message: String) { complaint = complaint ?? message }

  /// Copies what there is from `offset` on, and returns the number of bytes copied.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) -> Int64 {
    guard offset < bytes.count else { return 0 }
    let count = min(buffer.count, bytes.count - Int(offset))
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[Int(offset)..<Int(offset) + count]))
    }
    return Int64(count)
  }

  func write(_ buffer: UnsafeRawBufferPointer, at offset: UInt64) -> Int64 {
    let end = Int(offset) + buffer.count
    if end > bytes.count { bytes += repeatElement(0, count: end - bytes.count) }
    bytes.withUnsafeMutableBytes { $0[Int(offset)..<end].copyBytes(from: buffer) }
    return Int64(buffer.count)
  }
}
