import Penumbra

/// What `inspect` says about a scene, for people.
struct SceneListing {
  let scene: Scene

  /// Elements up to which values are listed; larger parameters are summarised.
  static let largestListed = 4

  var structure: SceneStructure { scene.structure }

  var text: String {
    var sensors = TextTable(header: ["SENSOR", "KIND", "FILM", "SPP"])
    for sensor in structure.sensors {
      sensors.add([
        sensor.id, Self.kind(of: sensor), "\(sensor.film.width)×\(sensor.film.height)",
        "\(sensor.sampler.samplesPerPixel)",
      ])
    }
    var shapes = TextTable(header: ["SHAPE", "KIND", "TRIANGLES"])
    for shape in structure.shapes {
      shapes.add([shape.id, Self.kind(of: shape), Self.triangleCount(of: shape).map(String.init) ?? "-"])
    }
    for instance in structure.instances {
      shapes.add([instance.id, "instance of \(structure.groups[instance.group.index].id)", "-"])
    }
    var emitters = TextTable(header: ["EMITTER", "KIND"])
    for emitter in structure.emitters { emitters.add([emitter.id, Self.kind(of: emitter)]) }
    let total = structure.shapes.reduce(0) { $0 + (Self.triangleCount(of: $1) ?? 0) }
    let summary = "Shapes: \(structure.shapes.count), triangles: \(total), numbers: \(scene.theta.count)\n"
    return [sensors.text, shapes.text, emitters.text, parameters.text, summary].joined(separator: "\n")
  }

  private var parameters: TextTable {
    var table = TextTable(header: ["PARAMETER", "SHAPE", "VALUE", "BOUNDS", "UNIT", "DIFFERENTIABLE", "MOVES EDGES"])
    for parameter in structure.parameters.all {
      table.add([
        parameter.key, parameter.shape.isEmpty ? "scalar" : parameter.shape.map(String.init).joined(separator: "×"),
        summary(of: parameter), Self.bounds(parameter.bounds), parameter.unit.isEmpty ? "-" : parameter.unit,
        parameter.isDifferentiable ? "yes" : "no", parameter.movesDiscontinuities ? "yes" : "no",
      ])
    }
    return table
  }

  private func summary(of parameter: Parameter) -> String {
    let values = scene.theta[parameter.range]
    let short = { (value: Float) in DisplayNumber.significant(Double(value), 5) }
    if values.count <= Self.largestListed { return values.map(short).joined(separator: ", ") }
    let (smallest, mean, largest) = Self.statistics(values)
    return "min \(short(smallest)), mean \(DisplayNumber.significant(mean, 5)), max \(short(largest))"
  }

  static func statistics(_ values: ArraySlice<Float>) -> (min: Float, mean: Double, max: Float) {
    let sum = values.reduce(0) { $0 + Double($1) }
    return (values.min() ?? 0, sum / Double(max(1, values.count)), values.max() ?? 0)
  }

  private static func bounds(_ range: ClosedRange<Float>) -> String {
    switch (range.lowerBound.isFinite, range.upperBound.isFinite) {
    case (false, false): "any"
    case (true, false): "≥ \(DisplayNumber.significant(Double(range.lowerBound), 4))"
    case (false, true): "≤ \(DisplayNumber.significant(Double(range.upperBound), 4))"
    case (true, true):
      "\(DisplayNumber.significant(Double(range.lowerBound), 4))…\(DisplayNumber.significant(Double(range.upperBound), 4))"
    }
  }

  static func kind(of sensor: Sensor) -> String {
    switch sensor.projection {
    case .perspective: "perspective"
    case .fisheye: "fisheye"
    case .orthographic: "orthographic"
    }
  }

  static func kind(of shape: Shape) -> String {
    switch shape.geometry {
    case .mesh: "mesh"
    case .sphere: "sphere"
    case .rectangle: "rectangle"
    case .disk: "disk"
    case .cylinder: "cylinder"
    }
  }

  static func kind(of emitter: Emitter) -> String {
    switch emitter.source {
    case .area: "area"
    case .point: "point"
    case .directional: "directional"
    case .spot: "spot"
    case .projector: "projector"
    case .constant: "constant"
    case .environment: "envmap"
    }
  }

  /// `nil` for shapes that are not meshes.
  static func triangleCount(of shape: Shape) -> Int? {
    guard case .mesh(let mesh) = shape.geometry else { return nil }
    return mesh.triangles.count
  }
}
