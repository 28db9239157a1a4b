/// Why photos cannot become a scene. `message` is one readable line that says what to do.
public struct ReconstructionError: Error, Equatable, CustomStringConvertible {
  public enum Code: Sendable {
    /// A file or folder named by the user does not exist.
    case missingFile
    /// Photos, masks or cameras hold something that cannot be used.
    case invalidInput
    /// A checkpoint that is damaged or belongs to other photos.
    case invalidCheckpoint
    /// A file could not be written.
    case unwritable
    /// The run was stopped from outside.
    case cancelled
    /// The renderer could not go on.
    case failed
  }
  public var code: Code
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = String(
      message.unicodeScalars.prefix(1500).map { $0.properties.generalCategory == .control ? " " : Character($0) })
  }

  public var description: String { message }
}
