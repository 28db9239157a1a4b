import Foundation
import Penumbra

/// Refuses outputs that could not be written before any time is spent on them.
enum OutputCheck {
  /// The format of a picture to be written.
  static func imageFormat(of path: String) throws(Failure) -> ImageFormat {
    guard let format = ImageFormat(path: path) else {
      throw Failure(.usage, "\(path): expected a name ending in .exr, .png, .jpg, .pfm or .hdr")
    }
    try folder(of: path)
    return format
  }

  /// The folder that a file goes into.
  static func folder(of path: String) throws(Failure) {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    let folder = String(path[..<slash])
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw Failure(.missingFile, "\(path): expected a folder to write into, found no folder \(folder)")
    }
  }
}
