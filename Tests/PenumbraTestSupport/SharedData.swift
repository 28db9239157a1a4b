import Foundation

/// Reference data that lies beside the package on development machines and is not part of it.
public enum SharedData {
  /// Folder `name` of the directory `shared`, beside the package or beside the repository that holds it.
  public static func folder(_ name: String, from file: String = #filePath) -> String {
    var directory = URL(fileURLWithPath: file)
    for _ in 0..<4 { directory.deleteLastPathComponent() }
    return directory.appendingPathComponent("shared").appendingPathComponent(name).path
  }

  public static func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder(name)) }
}
