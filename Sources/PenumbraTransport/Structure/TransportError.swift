/// A scene or request that the renderer cannot use. `message` is one readable line.
public struct TransportError: Error, Equatable, CustomStringConvertible {
  public enum Code: Sendable {
    case invalidScene, unknownParameter, notDifferentiable, invalidOption, outOfMemory, intersector, cancelled
    /// Another process of a group is lost.
    case ranks
  }
  public var code: Code
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
