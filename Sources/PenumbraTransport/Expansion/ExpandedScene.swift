/// Owner of everything that follows from (structure, θ): the expanded vector, records, sampling tables and the BVH.
final class ExpandedScene {
  let vector: ExpandedVector
  private let structure: SceneStructure
  private let textures: OwnedBuffer<TextureRecord>
  private let materials: MaterialTable
  private let shapes: OwnedBuffer<ShapeRecord>
  private let instances: OwnedBuffer<InstanceRecord>
  private let triangles: [OwnedBuffer<UInt32>]
  private let attributes: [Int: OwnedBuffer<AttributeRecord>]
  private let areaTables: [Int: OwnedBuffer<Float>]
  private let emitters: OwnedBuffer<EmitterRecord>
  private let selection: OwnedBuffer<Float>
  private let environmentTable: OwnedBuffer<Float>
  private let environment: Int
  /// Written again whenever one of its numbers changes.
  private let tables = OwnedBuffer<KernelTables>(uninitialized: 1)
  private var intersection: IntersectionScene
  private var sieve: OwnedRaySieve?
  private var lamps: OwnedBodyBoxes?
  private var isLit: [Bool]
  private var lightSelection = LightSelection.automatic
  private var lightTree: OwnedLightTree?
  /// The sensor that lights are chosen for, where that was asked for.
  private var litView: Int?
  /// How often each emitter is chosen by power.
  private var powers: [Float] = []

  init(_ scene: Scene) throws(TransportError) {
    let structure = scene.structure
    self.structure = structure
    vector = ExpandedVector(structure, theta: scene.theta)
    textures = OwnedBuffer(structure.textures.map { TextureRecord($0) })
    materials = MaterialTable(structure)
    triangles = structure.shapes.map { ShapeRecordBuilder.triangles(of: $0) }
    var areaTables: [Int: OwnedBuffer<Float>] = [:]
    for emitter in structure.emitters {
      if case .area(let shape, _) = emitter.source {
        areaTables[shape.index] = OwnedBuffer(
          repeating: 0, count: max(triangles[shape.index].count / 3, 1))
      }
    }
    self.areaTables = areaTables
    let builder = ShapeRecordBuilder(structure: structure, layout: vector.layout, values: vector.values)
    let triangles = self.triangles
    shapes = OwnedBuffer(
      structure.shapes.indices.map { [areaTables] in
        builder.record($0, triangles: triangles[$0], areas: areaTables[$0])
      })
    instances = OwnedBuffer(
      structure.instances.enumerated().map { [layout = vector.layout] index, instance in
        InstanceRecord(
          firstGeometry: Int32(structure.shapes.count),
          firstShape: Int32(structure.groups[instance.group.index].shapes.lowerBound),
          matrix: Int32(layout.instanceMatrices[index]))
      })
    attributes = try AttributeRecord.tables(structure)
    for (shape, table) in attributes { shapes.base[shape].attributes = UnsafePointer(table.base) }
    var environmentIndex = -1
    var tableSize = 0
    for (index, emitter) in structure.emitters.enumerated() {
      switch emitter.source {
      case .constant, .environment:
        guard environmentIndex < 0 else {
          throw TransportError(.invalidScene, "emitter \(emitter.id): a scene can have one environment only")
        }
        environmentIndex = index
        if case .environment(_, let width, let height, _, _) = emitter.source {
          tableSize = EnvironmentDistribution.storage(width: width, height: height)
        }
      default: break
      }
    }
    environment = environmentIndex
    isLit = structure.emitters.map { _ in true }
    environmentTable = OwnedBuffer(repeating: 0, count: tableSize)
    emitters = OwnedBuffer(
      EmitterRecordBuilder(structure: structure, layout: vector.layout).records(table: environmentTable))
    selection = OwnedBuffer(repeating: 0, count: structure.emitters.count)
    intersection = try Self.intersectionScene(structure, shapes, instances, vector)
    updateSieve()
    updateTables()
  }

  /// Expands a new θ; the BVH is built again only when a surface moved.
  func update(_ theta: [Float]) throws(TransportError) {
    let moved = vector.fill(theta)
    if moved {
      intersection = try Self.intersectionScene(structure, shapes, instances, vector)
      updateSieve()
    }
    updateTables()
  }

  /// Switches emitters on and off without touching θ; surfaces of dark area lights still scatter.
  func switchEmitters(_ lit: [Bool]) {
    isLit = lit
    for (index, emitter) in structure.emitters.enumerated() {
      if case .area(let shape, _) = emitter.source { shapes.base[shape.index].emitter = lit[index] ? Int32(index) : -1 }
    }
    updateTables()
  }

  /// Changes how lights are chosen.
  func select(_ rule: LightSelection) {
    guard rule != lightSelection else { return }
    lightSelection = rule
    updateTables()
  }

  /// Chooses lights for what a sensor sees, if there are several that no tree chooses among.
  ///
  /// - Parameter pilot: how much each emitter gives to the picture; asked when θ or the sensor changed.
  func chooseLights(for sensor: Int, pilot: () -> [Float]?) {
    guard lightSelection == .automatic, lightTree == nil, isLit.filter({ $0 }).count > 1, litView != sensor else {
      return
    }
    litView = sensor
    EmitterPower.write(pilot().map { EmitterPower.blend($0, powers) } ?? powers, emitters, selection)
    writeTables()
  }

  private static func intersectionScene(
    _ structure: SceneStructure, _ shapes: OwnedBuffer<ShapeRecord>, _ instances: OwnedBuffer<InstanceRecord>,
    _ vector: ExpandedVector
  ) throws(TransportError) -> IntersectionScene {
    try IntersectionScene(
      shapes: Array(shapes.buffer), vertexCounts: vertexCounts(structure), groups: structure.groups.map(\.shapes),
      instances: zip(structure.instances, instances.buffer).map { ($0.group.index, $1) }, expanded: vector.values)
  }

  private func updateSieve() {
    sieve = OwnedRaySieve(
      shapes: shapes, vertexCounts: Self.vertexCounts(structure), values: vector.values, bounds: intersection.bounds,
      hasInstances: instances.count > 0)
  }

  private static func vertexCounts(_ structure: SceneStructure) -> [Int] {
    structure.shapes.map { shape in
      if case .mesh(let mesh) = shape.geometry { return mesh.vertexCount }
      return 4
    }
  }

  private func updateTables() {
    defer { writeTables() }
    let groups = structure.groups.map(\.shapes)
    lamps = .lamps(shapes.buffer, vertexCounts: Self.vertexCounts(structure), values: vector.values) { shape in
      groups.contains { $0.contains(shape) }
    }
    for i in 0..<textures.count { textures.base[i].follow(vector.values) }
    materials.update(textures: structure.textures, values: vector.values)
    for (index, table) in areaTables {
      shapes.base[index].area = ShapeArea.fill(table, shape: shapes.base[index], values: vector.values)
      if shapes.base[index].isRectangle {
        shapes.base[index].rectangle = ShapeRecord.Rectangle(shapes.base[index], vector.values)
      }
    }
    EmitterPower(
      structure: structure, values: vector.values, textures: textureTable, shapes: shapes,
      sceneRadius: intersection.radius, isLit: isLit,
      uniformShare: lightTree == nil ? lightSelection.uniformShare : OwnedLightTree.uniformShare
    ).fill(records: emitters, selection: selection, environmentTable: environmentTable)
    litView = nil
    powers = emitters.buffer.map(\.selection)
    guard lightSelection == .automatic else { return lightTree = nil }
    let hadTree = lightTree != nil
    if lightTree?.refit(emitters: emitters, shapes: shapes, values: vector.values) != true {
      lightTree = OwnedLightTree(emitters: emitters, shapes: shapes, values: vector.values)
      // Power is a better guide under a tree, so the first one is filled again with its own shares.
      if lightTree != nil && !hadTree { updateTables() }
    }
  }

  /// Radius of a sphere around all surfaces.
  var radius: Float { intersection.radius }

  private var textureTable: TextureTable {
    TextureTable(records: UnsafePointer(textures.base), values: UnsafePointer(vector.values))
  }

  var kernel: KernelScene { KernelScene(tables: UnsafePointer(tables.base)) }

  private func writeTables() {
    let emitters = EmitterTable(
      records: UnsafePointer(emitters.base),
      selection: CumulativeTable(cumulative: UnsafePointer(selection.base), count: selection.count),
      environment: environment >= 0 && isLit[environment] ? Int32(environment) : -1,
      values: UnsafePointer(vector.values), textures: textureTable,
      shapes: UnsafePointer(shapes.base), many: lightTree?.choice)
    let hasEmitters = isLit.contains(true)
    tables.base.pointee = KernelTables(
      values: UnsafePointer(vector.values), embree: intersection.handle, sieve: sieve?.kernel, lamps: lamps?.kernel,
      textures: textureTable,
      materials: materials.records, shapes: UnsafePointer(shapes.base), instances: UnsafePointer(instances.base),
      emitters: emitters, hasEmitters: hasEmitters, nextEvent: NextEventChoice(emitters, hasEmitters: hasEmitters))
  }

  func sensor(_ index: Int) -> SensorRecord {
    let sensor = structure.sensors[index]
    var record = SensorRecord(
      isPerspective: false, matrix: Int32(vector.layout.sensorMatrices[index]), xFov: 0, principalX: 0,
      principalY: 0, near: sensor.nearClip, far: sensor.farClip, width: sensor.film.fullSize.width,
      height: sensor.film.fullSize.height)
    if let lens = sensor.lens {
      record.aperture = Int32(lens.apertureRadius)
      record.focus = Int32(lens.focusDistance)
    }
    if let distortion = sensor.distortion { record.distortion = Int32(distortion) }
    switch sensor.projection {
    case .perspective(let fov, let x, let y), .fisheye(let fov, let x, let y):
      record.isPerspective = true
      record.xFov = Int32(fov)
      record.principalX = Int32(x)
      record.principalY = Int32(y)
    case .orthographic: break
    }
    if case .fisheye = sensor.projection { record.mapping = .equidistant }
    return record
  }
}
