import Penumbra

extension SceneListing {
  /// What `inspect --json` writes. Bounds that are infinite are null.
  var json: JSON {
    .object([
      ("sensors", .array(structure.sensors.map(Self.json))),
      ("shapes", .array(structure.shapes.map(Self.json) + structure.instances.map(Self.json))),
      ("emitters", .array(structure.emitters.map(Self.json))),
      ("triangles", .integer(structure.shapes.reduce(0) { $0 + (Self.triangleCount(of: $1) ?? 0) })),
      ("parameters", .array(structure.parameters.all.map(json))),
    ])
  }

  private static func json(_ sensor: Sensor) -> JSON {
    .object([
      ("id", .string(sensor.id)), ("type", .string(kind(of: sensor))), ("width", .integer(sensor.film.width)),
      ("height", .integer(sensor.film.height)), ("spp", .integer(sensor.sampler.samplesPerPixel)),
    ])
  }

  private static func json(_ shape: Shape) -> JSON {
    .object([
      ("id", .string(shape.id)), ("type", .string(kind(of: shape))),
      ("triangles", triangleCount(of: shape).map(JSON.integer) ?? .null),
    ])
  }

  private static func json(_ instance: Instance) -> JSON {
    .object([("id", .string(instance.id)), ("type", .string("instance")), ("triangles", .null)])
  }

  private static func json(_ emitter: Emitter) -> JSON {
    .object([("id", .string(emitter.id)), ("type", .string(kind(of: emitter)))])
  }

  private func json(_ parameter: Parameter) -> JSON {
    let values = scene.theta[parameter.range]
    let bound = { (value: Float) in value.isFinite ? JSON.float(value) : .null }
    let (smallest, mean, largest) = Self.statistics(values)
    var members: [(String, JSON)] = [
      ("key", .string(parameter.key)),
      ("aliases", .array(parameter.aliases.map(JSON.string))),
      ("shape", .array(parameter.shape.map(JSON.integer))),
      ("min", .float(smallest)), ("mean", .double(mean)), ("max", .float(largest)),
      ("bounds", .array([bound(parameter.bounds.lowerBound), bound(parameter.bounds.upperBound)])),
      ("unit", .string(parameter.unit)),
      ("differentiable", .bool(parameter.isDifferentiable)),
      ("moves_discontinuities", .bool(parameter.movesDiscontinuities)),
    ]
    if values.count <= 64 { members.insert(("value", .numbers(values, scalar: parameter.shape.isEmpty)), at: 3) }
    return .object(members)
  }
}
