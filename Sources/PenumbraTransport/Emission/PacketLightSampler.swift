/// Chooses emitters and points on them for eight surface points at once, as `EmitterTable.sample` does for one.
///
/// Lights on triangles and parallelograms, at points and all around are computed side by side; others one by one.
struct PacketLightSampler {
  let emitters: EmitterTable
  private let nextEvent: NextEventChoice
  let corners: PacketRows
  let alongU: PacketRows
  let alongV: PacketRows
  /// Area / probability, orientation, and 1 for triangles.
  let weights: PacketRows
  /// The fourth number tells Dirac lights.
  let radiances: PacketRows
  let directions: PacketRows
  /// Coordinates on triangle or parallelogram.
  let places: PacketRows
  /// Of the surfaces, for lights that are sampled one by one.
  let points: PacketRows
  private let pointNormals: PacketRows
  /// What a record of the paths keeps besides.
  let samples: UnsafeMutablePointer<EmitterSample>

  @inline(__always)
  init(
    _ emitters: EmitterTable, _ nextEvent: NextEventChoice, rows: UnsafeMutablePointer<SIMD4<Float>>,
    samples: UnsafeMutablePointer<EmitterSample>
  ) {
    self.emitters = emitters
    self.nextEvent = nextEvent
    corners = PacketRows(base: rows)
    alongU = PacketRows(base: rows + 8)
    alongV = PacketRows(base: rows + 16)
    weights = PacketRows(base: rows + 24)
    radiances = PacketRows(base: rows + 32)
    directions = PacketRows(base: rows + 40)
    places = PacketRows(base: rows + 48)
    points = PacketRows(base: rows + 56)
    pointNormals = PacketRows(base: rows + 64)
    self.samples = samples
  }

  static let rowCount = 72

  @inline(__always)
  func sample(
    _ position: PacketVector, normal: PacketVector, _ numbers: PacketNumbers, _ lights: inout PacketLights
  ) {
    let u = numbers.light
    if let record = onlyLight {
      _ = gather(0, record, 0, 0, .zero)
      places.store(PacketVector(u.0, u.1, Packet(repeating: 0)))
      for lane in 0..<8 {
        samples[lane].emitter = 0
        samples[lane].primitive = 0
      }
      setAreas(&lights, position, rectangle: emitters.shapes + Int(record.pointee.shape))
      return
    }
    // Written as a whole and read one by one: the other way round, processors wait. The third chooses among the triangles
    // of a single light, too.
    places.store(PacketVector(u.0, u.1, nextEvent.number(numbers.emitter)))
    var chosen = Choices()
    if let many = emitters.many {
      points.store(position)
      pointNormals.store(normal)
      choose(among: many, &chosen)
    } else {
      for lane in 0..<8 { choose(lane, position, normal, &chosen) }
    }
    if !chosen.maps.isEmpty { choosePlaces(&chosen) }
    setAreas(&lights, position, rectangle: nil)
    if !chosen.points.isEmpty { setPoints(&lights, chosen.points.mask) }
    lights.isFound = (lights.isFound .| chosen.others.mask) .& chosen.found.mask
    if !chosen.alone.isEmpty { takeSamples(&lights, chosen.alone, chosen.found) }
    if !chosen.directional.isEmpty { setDirectional(&lights, chosen.directional.mask) }
    if !chosen.skies.isEmpty { setSky(&lights, chosen.skies) }
    lights.scale *= nextEvent.share
  }

  /// Of which kind the lights are that were chosen.
  private struct Choices {
    /// Whether they may send light.
    var found = PacketBits()
    var points = PacketBits()
    /// The environment.
    var skies = PacketBits()
    var directional = PacketBits()
    /// The environment, if it is a map.
    var maps = PacketBits()
    /// All that are sampled one by one.
    var alone = PacketBits()

    /// All but lights on meshes and points.
    var others: PacketBits { alone.union(skies).union(directional) }
  }

  @inline(__always)
  private func choose(
    _ lane: Int, _ position: PacketVector, _ normal: PacketVector, _ choices: inout Choices
  ) {
    let place = places[lane]
    let chosen = emitters.selection.sample(place.z)
    let record = emitters.records + chosen.index
    guard chosen.probability > 0 else { return }
    switch record.pointee.kind {
    case .area where isPlain(record):
      if gather(lane, record, chosen.index, chosen.remainder, place.lowHalf) { choices.found.insert(lane) }
    case .point:
      gatherPoint(lane, record, chosen.index, chosen.probability)
      choices.points.insert(lane)
      choices.found.insert(lane)
    case .directional:
      directions[lane] = SIMD4(
        -ShapeRecord.load(emitters.values, record.pointee.location, 0), 1 / chosen.probability)
      radiances[lane] = SIMD4(emitters.textures.color(record.pointee.texture, .zero), 0)
      note(lane, chosen.index)
      choices.directional.insert(lane)
      choices.found.insert(lane)
    case .environment:
      guard let distribution = record.pointee.distribution else { return }
      let band = distribution.band(place.y)
      prefetch(distribution.guide(band, place.x))
      places[lane] = SIMD4(place.x, Float(band.index), band.remainder, band.probability)
      note(lane, chosen.index)
      choices.skies.insert(lane)
      choices.maps.insert(lane)
    case .constant:
      places[lane] = SIMD4(place.x, place.y, 1 / chosen.probability, 0)
      radiances[lane] = SIMD4(emitters.textures.color(record.pointee.texture, .zero), 0)
      note(lane, chosen.index)
      choices.skies.insert(lane)
      choices.found.insert(lane)
    default: sampleAlone(lane, place, position, normal, &choices)
    }
  }

  /// Of many lights, by where they are seen from, which is in `points`.
  @inline(never)
  private func choose(among many: LightChoice, _ choices: inout Choices) {
    withUnsafeTemporaryAllocation(of: LightTree.Way.self, capacity: 8) { buffer in
      guard let ways = buffer.baseAddress else { return }
      var isInTree = PacketBits()
      for lane in 0..<8 {
        let place = places[lane]
        let group = many.groups.sample(place.z)
        let (point, normal) = (points[vector: lane], pointNormals[vector: lane])
        (ways + lane).initialize(to: many.tree.way(from: point, normal: normal, group.remainder))
        guard group.probability > 0 else { continue }
        if group.index == many.groups.count - 1 {
          isInTree.insert(lane)
        } else {
          let emitter = many.distant[group.index]
          let record = emitters.records + Int(emitter)
          take(
            emitters.sampleDistant(
              record.pointee, emitter, group.probability, point, place.lowHalf, isAnchor: false), lane, &choices)
        }
      }
      many.tree.follow(ways, isInTree)
      for lane in 0..<8 where isInTree.contains(lane) && ways[lane].item >= 0 {
        let item = many.tree.items[ways[lane].item]
        let record = emitters.records + Int(item.emitter)
        let probability = many.treeShare * ways[lane].probability
        if record.pointee.kind == .area, isPlain(record) {
          gather(lane, record, item, probability: probability, places[lane].lowHalf)
          choices.found.insert(lane)
        } else {
          take(
            emitters.sample(
              item, chosen: probability, from: ways[lane].point, places[lane].lowHalf, isAnchor: false), lane,
            &choices)
        }
      }
    }
  }

  /// What was sampled by itself.
  @inline(__always) private func take(_ sample: EmitterSample?, _ lane: Int, _ choices: inout Choices) {
    choices.alone.insert(lane)
    if let sample {
      choices.found.insert(lane)
      samples[lane] = sample
    }
  }

  /// Where on the environment map, after its bands have been chosen for all and what is read next is on its way.
  @inline(__always) private func choosePlaces(_ choices: inout Choices) {
    let record = emitters.records + Int(emitters.environment)
    guard let distribution = record.pointee.distribution else { return }
    for lane in 0..<8 where choices.maps.contains(lane) {
      let place = places[lane]
      let band = (index: Int(place.y), probability: place.w, remainder: place.z)
      let (uv, density) = distribution.sample(band, place.x)
      places[lane] = SIMD4(uv.x, uv.y, record.pointee.selection * density, 0)
      if density > 0 { choices.found.insert(lane) }
    }
  }

  /// What a record of the path keeps of a light without surface.
  @inline(__always) private func note(_ lane: Int, _ index: Int) {
    samples[lane].emitter = Int32(truncatingIfNeeded: index)
    samples[lane].primitive = 0
  }

  @inline(never)
  private func sampleAlone(
    _ lane: Int, _ place: SIMD4<Float>, _ position: PacketVector, _ normal: PacketVector, _ choices: inout Choices
  ) {
    if choices.alone.isEmpty {
      points.store(position)
      pointNormals.store(normal)
    }
    take(
      emitters.sample(
        from: points[vector: lane], normal: pointNormals[vector: lane], choice: place.z, u: place.lowHalf), lane,
      &choices)
  }

  /// The scene's only light, if it is a parallelogram of one radiance.
  @inline(__always) private var onlyLight: UnsafePointer<EmitterRecord>? {
    guard emitters.many == nil, emitters.selection.count == 1 else { return nil }
    let record = emitters.records
    guard record.pointee.kind == .area, isPlain(record),
      (emitters.shapes + Int(record.pointee.shape)).pointee.isRectangle
    else { return nil }
    return record
  }

  /// Whether an area light is a mesh of one radiance.
  @inline(__always) private func isPlain(_ record: UnsafePointer<EmitterRecord>) -> Bool {
    guard (emitters.textures.records + Int(record.pointee.texture)).pointee.kind == .constant else { return false }
    let shape = emitters.shapes + Int(record.pointee.shape)
    return shape.pointee.kind == .mesh && (shape.pointee.isRectangle || !shape.pointee.needsUV)
  }

  /// - Returns: false where the emitter has no surface.
  @inline(__always)
  private func gather(
    _ lane: Int, _ record: UnsafePointer<EmitterRecord>, _ index: Int, _ remainder: Float, _ u: SIMD2<Float>
  ) -> Bool {
    let shape = emitters.shapes + Int(record.pointee.shape)
    radiances[lane] = SIMD4(emitters.textures.color(record.pointee.texture, .zero), 0)
    let weight = shape.pointee.area / record.pointee.selection
    samples[lane].emitter = Int32(truncatingIfNeeded: index)
    samples[lane].primitive = 0
    if shape.pointee.isRectangle {
      gather(lane, shape.pointee.rectangle)
      weights[lane] = SIMD4(weight, shape.pointee.orientation, 0, 0)
      places[lane] = SIMD4(u.x, u.y, 0, 0)
      return true
    }
    guard let areas = shape.pointee.triangleAreas else { return false }
    let triangle = Int32(truncatingIfNeeded: areas.sample(remainder).index)
    gather(lane, shape, triangle)
    weights[lane] = SIMD4(weight, shape.pointee.orientation, 1, 0)
    places[lane] = SIMD4(u.x, u.y, 0, 0)
    samples[lane].primitive = triangle
    return true
  }

  /// A light of a tree, or one triangle of it.
  @inline(__always)
  private func gather(
    _ lane: Int, _ record: UnsafePointer<EmitterRecord>, _ item: LightItem, probability: Float, _ u: SIMD2<Float>
  ) {
    let shape = emitters.shapes + Int(record.pointee.shape)
    radiances[lane] = SIMD4(emitters.textures.color(record.pointee.texture, .zero), 0)
    samples[lane].emitter = item.emitter
    samples[lane].primitive = max(item.triangle, 0)
    places[lane] = SIMD4(u.x, u.y, 0, 0)
    if item.triangle < 0 {
      gather(lane, shape.pointee.rectangle)
      weights[lane] = SIMD4(shape.pointee.area / probability, shape.pointee.orientation, 0, 0)
    } else {
      let area = 0.5 * gather(lane, shape, item.triangle).length
      weights[lane] = SIMD4(area / probability, shape.pointee.orientation, 1, 0)
    }
  }

  @inline(__always) private func gather(_ lane: Int, _ rectangle: ShapeRecord.Rectangle) {
    corners[vector: lane] = rectangle.corner
    alongU[vector: lane] = rectangle.alongU
    alongV[vector: lane] = rectangle.alongV
  }

  /// - Returns: the cross product of two edges.
  @discardableResult @inline(__always)
  private func gather(_ lane: Int, _ shape: UnsafePointer<ShapeRecord>, _ triangle: Int32) -> Vector3 {
    let (i0, i1, i2) = shape.pointee.corners(triangle)
    let p0 = ShapeRecord.load(emitters.values, shape.pointee.positions, i0)
    let e1 = ShapeRecord.load(emitters.values, shape.pointee.positions, i1) - p0
    let e2 = ShapeRecord.load(emitters.values, shape.pointee.positions, i2) - p0
    corners[vector: lane] = p0
    alongU[vector: lane] = e1
    alongV[vector: lane] = e2
    return cross(e1, e2)
  }

  /// As the end of `EmitterTable.sampleArea`.
  ///
  /// - Parameter rectangle: the light that all are, in the first lane.
  @inline(__always)
  private func setAreas(
    _ lights: inout PacketLights, _ position: PacketVector, rectangle: UnsafePointer<ShapeRecord>?
  ) {
    func columns(_ rows: PacketRows) -> PacketRows.Columns { rectangle == nil ? rows.columns : rows.firstRow }
    var place = places.columns
    let weight = columns(weights)
    if rectangle == nil {
      // As `Warp.triangle`.
      let root = (1 - place.x).squareRoots
      let isTriangle = weight.z .> 0
      place.y = place.y.replacing(with: place.y * root, where: isTriangle)
      place.x = place.x.replacing(with: 1 - root, where: isTriangle)
    }
    let (u, v) = (columns(alongU).vector, columns(alongV).vector)
    let normal = rectangle.map { PacketVector($0.pointee.rectangle.normal) } ?? cross(u, v).normalized * weight.y
    let point = columns(corners).vector + u * place.x + v * place.y
    let offset = point - position
    let squared = offset.squaredLength
    let facing = -dot(offset, normal)
    let distance = squared.squareRoots
    let inverseSquared = 1 / squared
    let inverse = inverseSquared * distance
    lights.direction = offset * inverse
    lights.distance = distance
    lights.radiance = columns(radiances).vector
    lights.scale = facing * inverse * inverseSquared * weight.x
    lights.isDirac = PacketMask(repeating: false)
    lights.isFound = (squared .>= .leastNormalMagnitude) .& (facing .> 0)
    lights.point = point
    lights.normal = normal
    lights.place = (place.x, place.y)
  }

  /// A light at a point is computed as a surface that faces all of space.
  @inline(__always) private func gatherPoint(
    _ lane: Int, _ record: UnsafePointer<EmitterRecord>, _ index: Int, _ probability: Float
  ) {
    corners[vector: lane] = ShapeRecord.load(emitters.values, record.pointee.location, 0)
    alongU[lane] = .zero
    alongV[lane] = .zero
    weights[lane] = SIMD4(1 / probability, 1, 0, 0)
    radiances[lane] = SIMD4(emitters.textures.color(record.pointee.texture, .zero), 0)
    note(lane, index)
  }
}
