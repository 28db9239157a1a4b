public import Foundation

/// Files that are either whole or absent: bytes go to a temporary file in the same folder, which is then renamed.
public enum AtomicFile {
  /// Replaces the file at `path` by `bytes`.
  ///
  /// A killed run leaves the old file, or none. Devices and pipes such as `/dev/null` are written directly.
  /// - Throws: `missingFile` where the folder does not exist, `unwritable` where the system refuses.
  public static func write(_ bytes: some Collection<UInt8>, to path: String) throws(ImageError) {
    let bytes = Array(bytes)
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG, status.st_mode & S_IFMT != S_IFDIR {
      return try writeAll(bytes, to: path, flags: O_WRONLY, blaming: path)
    }
    guard !exists || status.st_mode & S_IFMT == S_IFREG else { throw failure(path, found: "a folder") }
    // Not derived from the file's name, which may already be as long as the system allows.
    let name = ".penumbra-\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
    let temporary = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(name).path
    do throws(ImageError) {
      try writeAll(bytes, to: temporary, flags: O_WRONLY | O_CREAT | O_EXCL, blaming: path)
      guard rename(temporary, path) == 0 else { throw systemFailure(path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Replaces the file at `url` by `data`.
  /// - Throws: `missingFile` where the folder does not exist, `unwritable` where the system refuses.
  public static func write(_ data: Data, to url: URL) throws(ImageError) {
    try write(data, to: url.path)
  }

  private static func writeAll(
    _ bytes: [UInt8], to path: String, flags: Int32, blaming file: String
  ) throws(ImageError) {
    let descriptor = open(path, flags, 0o666)
    guard descriptor >= 0 else { throw systemFailure(file) }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { writeSome(descriptor, $0[written...]) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw systemFailure(file) }
      written += count
    }
    // Without this a power cut after the rename may leave an empty file under the final name.
    guard flags & O_CREAT == 0 || fsync(descriptor) == 0 else { throw systemFailure(file) }
  }

  private static func systemFailure(_ path: String) -> ImageError {
    let number = errno
    let code: ImageError.Code = number == ENOENT || number == ENOTDIR ? .missingFile : .unwritable
    return failure(path, code: code, found: String(cString: strerror(number)))
  }

  private static func failure(_ path: String, code: ImageError.Code = .unwritable, found: String) -> ImageError {
    ImageError(code, file: path, place: "write", expected: "a folder that can be written to", found: found)
  }
}

/// The system's `write`, which the type's own methods would hide.
private func writeSome(_ descriptor: Int32, _ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
  let bytes = UnsafeRawBufferPointer(rebasing: bytes)
  return write(descriptor, bytes.baseAddress, bytes.count)
}
