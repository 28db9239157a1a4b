/// Why an inverse problem cannot be set up, run or written. `message` is one readable line.
public struct InverseError: Error, Equatable, CustomStringConvertible {
  public enum Code: Sendable {
    /// A file named by the user does not exist.
    case missingFile
    /// A file or setting holds something that is not allowed.
    case invalidProblem
    /// A documented feature that this version does not have.
    case unsupported
    /// A checkpoint that is damaged or belongs to another problem.
    case invalidCheckpoint
    /// A file could not be written.
    case unwritable
    /// The run was stopped from outside.
    case cancelled
    /// The objective could not be evaluated.
    case failed
  }
  public var code: Code
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
