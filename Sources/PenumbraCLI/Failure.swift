import Penumbra

/// How the process ends; values as in BSD's sysexits.
enum ExitStatus: Int32 {
  case success = 0
  case usage = 64
  case data = 65
  case missingFile = 66
  case internalFailure = 70
  case interrupted = 130
}

/// An error with the line and the exit code that its user gets.
struct Failure: Error, Equatable {
  var status: ExitStatus
  var message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  /// Stopped by Ctrl-C; the user knows.
  static let interrupted = Failure(.interrupted, "interrupted")

  init(_ error: SceneError) {
    self.init(ExitStatus(rawValue: error.exitCode) ?? .data, error.description)
  }

  init(_ error: ImageError) {
    self.init(ExitStatus(rawValue: error.exitCode) ?? .data, error.description)
  }

  /// - Parameter file: the scene at fault.
  init(_ error: TransportError, file: String) {
    switch error.code {
    case .cancelled: self = .interrupted
    case .invalidScene: self.init(.data, "\(file): \(error.message)")
    case .unknownParameter, .notDifferentiable, .invalidOption: self.init(.usage, "\(file): \(error.message)")
    case .outOfMemory, .intersector, .ranks: self.init(.internalFailure, "\(file): \(error.message)")
    }
  }

  init(_ error: InverseError) {
    switch error.code {
    case .missingFile: self.init(.missingFile, error.message)
    case .invalidProblem, .unsupported, .invalidCheckpoint: self.init(.data, error.message)
    case .unwritable, .failed: self.init(.internalFailure, error.message)
    case .cancelled: self = .interrupted
    }
  }

  /// The same fault where another file, not the command line, names the file: its data are bad.
  var asReference: Failure { status == .missingFile ? Failure(.data, message) : self }
}
