import Foundation
import PenumbraImages

/// The folder that a run writes into; every file in it is replaced as a whole or not at all.
public struct OutputDirectory: Sendable {
  public let path: String
  /// `false` in a process of several whose results are the same and are written by another.
  public let isWritten: Bool

  /// Creates the folder with the subfolders named, and their parents, where they do not exist.
  public init(_ path: String, subfolders: [String] = [], isWritten: Bool = true) throws(InverseError) {
    self.path = path
    self.isWritten = isWritten
    guard isWritten else { return }
    for folder in [path] + subfolders.map({ "\(path)/\($0)" }) {
      do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
        throw InverseError(.unwritable, "\(folder): expected a folder that can be created, found that it cannot")
      }
    }
  }

  public func path(of name: String) -> String { "\(path)/\(name)" }

  public func write(_ bytes: some Collection<UInt8>, as name: String) throws(InverseError) {
    guard isWritten else { return }
    do { try AtomicFile.write(bytes, to: path(of: name)) } catch { throw InverseError(.unwritable, error.description) }
  }

  public func write(_ text: String, as name: String) throws(InverseError) { try write(text.utf8, as: name) }
}
