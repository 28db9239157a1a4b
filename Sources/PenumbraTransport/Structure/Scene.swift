/// A scene: an immutable structure and one flat vector θ that holds every number which may change.
public struct Scene: Sendable {
  public let structure: SceneStructure
  /// Values of all parameters, laid out by `structure.parameters`.
  public var theta: [Float]
}

/// Everything about a scene that is not a number in θ; it refers to θ by offset.
public final class SceneStructure: Sendable {
  public let parameters: ParameterTable
  public let textures: [Texture]
  public let materials: [Material]
  public let shapes: [Shape]
  public let groups: [ShapeGroup]
  public let instances: [Instance]
  public let emitters: [Emitter]
  public let sensors: [Sensor]
  public let integrator: IntegratorSettings

  init(_ builder: SceneBuilder) {
    parameters = builder.parameters
    textures = builder.textures
    materials = builder.materials
    shapes = builder.shapes
    groups = builder.groups
    instances = builder.instances
    emitters = builder.emitters
    sensors = builder.sensors
    integrator = builder.integrator
  }
}
