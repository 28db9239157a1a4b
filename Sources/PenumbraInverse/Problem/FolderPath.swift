/// The folder of a file, against which the paths inside that file are resolved.
struct FolderPath {
  /// Ends in `/`, or empty for the current folder.
  private let prefix: String

  init(of file: String) {
    prefix = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
  }

  /// Absolute paths stay as they are.
  func resolve(_ path: String) -> String { path.hasPrefix("/") ? path : prefix + path }
}
