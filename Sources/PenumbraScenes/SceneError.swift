/// A scene, mesh or texture file that cannot be used. The text alone must let its author fix the file.
public struct SceneError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What programs branch on.
  public enum Code: Sendable {
    /// The scene file itself does not exist.
    case missingScene
    /// A file that another file refers to does not exist.
    case missingFile
    /// A file exists but cannot be read, or is too large.
    case unreadable
    /// Not well-formed: wrong syntax, wrong encoding, truncated.
    case malformed
    /// A tag, plugin, property, id, parameter or value that nobody knows.
    case unknownName
    /// Known to Mitsuba, but not to this version.
    case unsupported
    /// A property of the wrong type, or missing.
    case wrongType
    /// A number outside its range.
    case outOfRange
    /// Two things have the same name.
    case duplicate
    /// Includes or references that contain themselves.
    case cyclic
  }

  public var code: Code
  /// `file:line:column`, `file:line` or `file`, and the object there.
  public var location: String
  /// What the reader wanted; `nil` when `found` is a sentence of its own.
  public var expected: String?
  /// What is there.
  public var found: String

  public init(_ code: Code, at location: String, expected: String? = nil, found: String) {
    self.code = code
    self.location = Self.printable(location, limit: 4096)
    self.expected = expected.map { Self.printable($0, limit: 300) }
    self.found = Self.printable(found, limit: 300)
  }

  /// One line that begins with the file at fault.
  public var description: String {
    guard let expected else { return "\(location): \(found)" }
    return "\(location): expected \(expected), found \(found)"
  }

  /// The command line's exit status: 66 for a missing scene file, 65 for bad data.
  public var exitCode: Int32 { code == .missingScene ? 66 : 65 }

  /// Control characters replaced and long text shortened, so that any input makes one readable line.
  private static func printable(_ text: String, limit: Int) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      count += 1
      if count > limit { return result + "…" }
      let isControl = scalar.properties.generalCategory == .control
      let isSeparator = scalar.value == 0x2028 || scalar.value == 0x2029
      result.unicodeScalars.append(isControl || isSeparator ? "\u{FFFD}" : scalar)
    }
    return result
  }
}
