/// A picture file that cannot be read or written. The text alone must let its reader mend the file.
public struct ImageError: Error, Equatable, CustomStringConvertible {
  /// What programs branch on.
  public enum Code: Sendable {
    /// No such file or folder.
    case missingFile
    /// The file exists but the system refuses to read it.
    case unreadable
    /// The bytes break the rules of their format, or end too early.
    case malformed
    /// More pixels than the reader accepts, or than the file could hold.
    case tooLarge
    /// A valid file that uses something the reader or writer does not do.
    case unsupported
    /// Two pictures that should match in size or channels do not.
    case mismatch
    /// The system refuses to write the file.
    case unwritable
  }

  public var code: Code
  /// The file at fault, as the caller named it.
  public var file: String
  /// Where in the file, for example "EXR header dataWindow" or "scanline 12".
  public var place: String
  public var expected: String
  public var found: String

  public init(_ code: Code, file: String, place: String, expected: String, found: String) {
    (self.code, self.file, self.place) = (code, file, place)
    (self.expected, self.found) = (expected, found)
  }

  /// The sysexits code a command should end with: 66 for what is not there, 65 for bad data, 70 for failed output.
  public var exitCode: Int32 {
    switch code {
    case .missingFile, .unreadable: 66
    case .malformed, .tooLarge, .unsupported, .mismatch: 65
    case .unwritable: 70
    }
  }

  /// Exactly one line, whatever bytes the file put into its texts.
  public var description: String {
    "\(oneLine(file)): \(oneLine(place)): expected \(oneLine(expected)), found \(oneLine(found))"
  }
}

/// Control characters as spaces, and long texts cut, so that hostile names cannot break a terminal or a log.
private func oneLine(_ text: String) -> String {
  let isPlain: (Unicode.Scalar) -> Bool = {
    switch $0.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format, .unassigned, .surrogate: false
    default: true
    }
  }
  var line = String.UnicodeScalarView()
  for scalar in text.unicodeScalars.prefix(1024) { line.append(isPlain(scalar) ? scalar : " ") }
  return String(line)
}
