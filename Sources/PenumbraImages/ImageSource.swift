import Foundation

/// The bytes of one picture file, with the name that its errors carry.
struct ImageSource: Sendable {
  let bytes: [UInt8]
  let file: String

  init(bytes: [UInt8], file: String) {
    (self.bytes, self.file) = (bytes, file)
  }

  /// Reads the whole file.
  /// - Throws: `missingFile`, `unreadable`, or `malformed` for an empty one.
  init(path: String) throws(ImageError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw ImageError(
        errno == ENOENT || errno == ENOTDIR ? .missingFile : .unreadable, file: path, place: "open",
        expected: "a readable file", found: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw ImageError(.unreadable, file: path, place: "open", expected: "a readable file", found: "a folder")
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw ImageError(
        .unreadable, file: path, place: "open", expected: "a readable file", found: error.localizedDescription)
    }
    guard !data.isEmpty else {
      throw ImageError(.malformed, file: path, place: "byte 0", expected: "a picture", found: "an empty file")
    }
    self.init(bytes: [UInt8](data), file: path)
  }

  func malformed(_ place: String, expected: String, found: String) -> ImageError {
    ImageError(.malformed, file: file, place: place, expected: expected, found: found)
  }

  func unsupported(_ place: String, expected: String, found: String) -> ImageError {
    ImageError(.unsupported, file: file, place: place, expected: expected, found: found)
  }

  /// The error of a file that ends too early.
  func truncated(_ place: String, needs count: Int) -> ImageError {
    malformed(place, expected: "\(count) bytes in all", found: "the end of the file after \(bytes.count)")
  }
}
