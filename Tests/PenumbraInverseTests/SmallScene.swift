import PenumbraTransport

/// A scene that is never rendered: three parameters to choose unknowns from.
enum SmallScene {
  static func make() throws -> Scene {
    var builder = SceneBuilder()
    _ = try builder.declare(Parameter(key: "wall.value", shape: [3], bounds: 0...1), values: [0.1, 0.2, 0.3])
    _ = try builder.declare(Parameter(key: "fixed.value", isDifferentiable: false), values: [7])
    _ = try builder.declare(Parameter(key: "lamp.value"), values: [20])
    return try builder.build()
  }
}
