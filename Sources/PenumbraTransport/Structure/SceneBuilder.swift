/// Assembles a `Scene`. Readers of scene files declare parameters first, then the objects that refer to them.
public struct SceneBuilder: Sendable {
  public private(set) var theta: [Float] = []
  public private(set) var parameters = ParameterTable()
  public private(set) var textures: [Texture] = []
  public private(set) var materials: [Material] = []
  public private(set) var shapes: [Shape] = []
  public private(set) var groups: [ShapeGroup] = []
  public private(set) var instances: [Instance] = []
  public private(set) var emitters: [Emitter] = []
  public private(set) var sensors: [Sensor] = []
  public var integrator = IntegratorSettings()

  public init() {}

  /// Appends a parameter with its initial values to θ.
  ///
  /// - Parameter parameter: `offset` is ignored and assigned.
  /// - Returns: its offset in θ.
  /// - Throws: when the key is taken, the number of values differs from the shape, or a value is NaN.
  public mutating func declare(_ parameter: Parameter, values: [Float]) throws(TransportError) -> Int {
    var parameter = parameter
    parameter.offset = theta.count
    guard values.count == parameter.count else {
      throw TransportError(
        .invalidScene, "\(parameter.key): expected \(parameter.count) values, found \(values.count)")
    }
    if let index = values.firstIndex(where: { $0.isNaN }) {
      throw TransportError(.invalidScene, "\(parameter.key)[\(index)]: expected a number, found NaN")
    }
    guard parameters.insert(parameter) else {
      throw TransportError(.invalidScene, "\(parameter.key): two parameters have this key")
    }
    theta += values
    return parameter.offset
  }

  /// Makes room for as many further values of θ, as is worth it before large parameters.
  public mutating func reserve(_ count: Int) {
    guard theta.count + count > theta.capacity else { return }
    theta.reserveCapacity(max(theta.count + count, 2 * theta.capacity))
  }

  /// Gives an existing parameter another name; ignored when the name is taken.
  public mutating func addAlias(_ alias: String, for key: String) { parameters.addAlias(alias, for: key) }

  public mutating func add(_ texture: Texture) -> TextureID {
    textures.append(texture)
    return TextureID(index: textures.count - 1)
  }

  /// A constant that no user sees under a key of its own, for example an unset reflectance of 1.
  public mutating func addHiddenConstant(_ values: [Float]) -> TextureID {
    precondition(values.count == 1 || values.count == 3, "\(values.count) channels")
    let offset = theta.count
    theta += values
    return add(Texture.constant(offset: offset, channels: values.count))
  }

  /// Appends numbers to θ that have no key; returns their offset.
  public mutating func addHidden(_ values: [Float]) -> Int {
    theta += values
    return theta.count - values.count
  }

  public mutating func add(_ material: Material) -> MaterialID {
    materials.append(material)
    return MaterialID(index: materials.count - 1)
  }

  public mutating func add(_ shape: Shape) -> ShapeID {
    shapes.append(shape)
    return ShapeID(index: shapes.count - 1)
  }

  public mutating func add(_ group: ShapeGroup) -> ShapeGroupID {
    groups.append(group)
    return ShapeGroupID(index: groups.count - 1)
  }

  public mutating func add(_ instance: Instance) { instances.append(instance) }

  public mutating func add(_ emitter: Emitter) { emitters.append(emitter) }

  public mutating func add(_ sensor: Sensor) { sensors.append(sensor) }

  /// - Throws: when an index or offset points outside its table, a mesh is empty or a film has no pixels.
  public func build() throws(TransportError) -> Scene {
    try SceneValidation(builder: self).run()
    return Scene(structure: SceneStructure(self), theta: theta)
  }
}
