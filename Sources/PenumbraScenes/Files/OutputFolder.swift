import Foundation
import PenumbraImages

/// Writes files below a folder.
enum OutputFolder {
  /// Makes the folders that are missing and replaces every file as a whole, in order.
  static func write(_ files: [(path: String, bytes: [UInt8])], to directory: String) throws(ImageError) {
    for (name, bytes) in files {
      let path = directory + "/" + name
      let folder = SearchPath.folder(of: path)
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw ImageError(
          .unwritable, file: folder, place: "folder", expected: "a writable folder", found: error.localizedDescription)
      }
      try AtomicFile.write(bytes, to: path)
    }
  }
}
