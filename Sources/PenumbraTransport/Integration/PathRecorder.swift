/// Where the path loop leaves its vertices. `Unrecorded` compiles to nothing.
protocol PathRecorder {
  /// Known when compiling, so that what is not recorded costs nothing.
  static var isRecording: Bool { get }
  /// A vertex to fill in, `nil` when nothing is recorded.
  mutating func newVertex() -> UnsafeMutablePointer<PathVertex>?
  /// Takes the last vertex back.
  mutating func removeVertex()
  /// Told of every ray just before it is traced.
  mutating func willTrace(_ ray: Ray, isShadow: Bool)
}

extension PathRecorder {
  static var isRecording: Bool { false }
  @inline(__always) mutating func newVertex() -> UnsafeMutablePointer<PathVertex>? { nil }
  @inline(__always) mutating func removeVertex() {}
  @inline(__always) mutating func willTrace(_ ray: Ray, isShadow: Bool) {}
}

/// Image only.
struct Unrecorded: PathRecorder {}

extension PathArena: PathRecorder {
  static var isRecording: Bool { true }
  @inline(__always) mutating func newVertex() -> UnsafeMutablePointer<PathVertex>? { append() }
  @inline(__always) mutating func removeVertex() { removeLast() }
}
