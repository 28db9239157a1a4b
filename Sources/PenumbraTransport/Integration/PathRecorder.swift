/// Where the path loop leaves its vertices. `Unrecorded` compiles to nothing.
protocol PathRecorder {
  static var isRecording: Bool { get }
  mutating func append() -> UnsafeMutablePointer<PathVertex>
}

/// Image only.
struct Unrecorded: PathRecorder {
  static var isRecording: Bool { false }
  func append() -> UnsafeMutablePointer<PathVertex> { preconditionFailure("not recording") }
}

extension PathArena: PathRecorder {
  static var isRecording: Bool { true }
}
