import Foundation

/// Where relative file names are looked for: the folder of the file that names them and its `<path>` entries, then
/// those of the files that include it.
struct SearchPath {
  /// Innermost last; the first folder of each group is the file's own.
  private var groups: [[String]] = []

  mutating func enter(file: String) { groups.append([Self.folder(of: file)]) }

  mutating func leave() { groups.removeLast() }

  /// Adds a `<path>` entry, relative to the file it stands in.
  mutating func add(_ path: String, at location: SourceLocation) throws(SceneError) {
    let folder = resolve(path)
    guard let folder else {
      throw SceneError(.missingFile, at: location.description, found: "path '\(path)' does not exist")
    }
    groups[groups.count - 1].append(folder)
  }

  /// An existing file or folder of that name; `nil` when there is none.
  func resolve(_ name: String) -> String? {
    if name.hasPrefix("/") { return FileManager.default.fileExists(atPath: name) ? name : nil }
    for folder in groups.reversed().joined() {
      let candidate = Self.join(folder, name)
      if FileManager.default.fileExists(atPath: candidate) { return candidate }
    }
    return nil
  }

  static func folder(of file: String) -> String {
    guard let slash = file.lastIndex(of: "/") else { return "" }
    return slash == file.startIndex ? "/" : String(file[..<slash])
  }

  private static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
