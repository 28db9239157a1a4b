/// Where the path loop leaves its vertices. `Unrecorded` compiles to nothing.
protocol PathRecorder {
  static var isRecording: Bool { get }
  mutating func append() -> UnsafeMutablePointer<PathVertex>
  /// Told of every ray just before it is traced.
  mutating func willTrace(_ ray: Ray, isShadow: Bool)
}

extension PathRecorder {
  @inline(__always) func willTrace(_ ray: Ray, isShadow: Bool) {}
}

/// Image only.
struct Unrecorded: PathRecorder {
  static var isRecording: Bool { false }
  func append() -> UnsafeMutablePointer<PathVertex> { preconditionFailure("not recording") }
}

extension PathArena: PathRecorder {
  static var isRecording: Bool { true }
}
