/// Light arriving at eight points, each from an emitter of its own.
struct PacketLights {
  /// Unit directions to the lights.
  var direction: PacketVector
  var distance: Packet
  /// Red, green and blue.
  var radiance: PacketVector
  /// As in `EmitterSample`.
  var scale: Packet
  var isDirac: PacketMask
  /// Whether the chosen emitter sends light.
  var isFound: PacketMask
  var point: PacketVector
  var normal: PacketVector
}

/// Chooses emitters and points on them for eight surface points at once, as `EmitterTable.sample` does for one.
///
/// Lights on triangles and parallelograms are computed side by side; others one by one.
struct PacketLightSampler {
  let emitters: EmitterTable
  private let corners: PacketRows
  private let alongU: PacketRows
  private let alongV: PacketRows
  /// Unit normals; the fourth number is area / probability.
  private let normals: PacketRows
  /// The fourth number tells Dirac lights.
  private let radiances: PacketRows
  private let directions: PacketRows
  /// Coordinates on triangle or parallelogram.
  private let places: PacketRows
  /// Of the surfaces, for lights that are sampled one by one.
  private let points: PacketRows
  private let pointNormals: PacketRows
  /// What a record of the paths keeps besides.
  let samples: UnsafeMutablePointer<EmitterSample>

  @inline(__always)
  init(
    _ emitters: EmitterTable, rows: UnsafeMutablePointer<SIMD4<Float>>, samples: UnsafeMutablePointer<EmitterSample>
  ) {
    self.emitters = emitters
    corners = PacketRows(base: rows)
    alongU = PacketRows(base: rows + 8)
    alongV = PacketRows(base: rows + 16)
    normals = PacketRows(base: rows + 24)
    radiances = PacketRows(base: rows + 32)
    directions = PacketRows(base: rows + 40)
    places = PacketRows(base: rows + 48)
    points = PacketRows(base: rows + 56)
    pointNormals = PacketRows(base: rows + 64)
    self.samples = samples
  }

  static let rowCount = 72

  @inline(__always) func sample(_ surface: PacketSurface, _ numbers: PacketNumbers) -> PacketLights {
    let u = numbers.light
    if let record = onlyLight {
      _ = gather(0, record, 0, 0, .zero)
      places.store(PacketVector(u.0, u.1, Packet(repeating: 0)))
      for lane in 0..<8 {
        samples[lane].emitter = 0
        samples[lane].primitive = 0
        samples[lane].uv = places[lane].lowHalf
      }
      return areaLights(surface, isSame: true)
    }
    // Written as a whole and read one by one: the other way round, processors wait. The third chooses among the triangles
    // of a single light, too.
    places.store(PacketVector(u.0, u.1, numbers.emitter))
    var (alone, found) = (PacketBits(), PacketBits())
    for lane in 0..<8 {
      let place = places[lane]
      if let record = areaLight(place.z) {
        if gather(lane, record.record, record.index, record.remainder, place.lowHalf) { found.insert(lane) }
      } else {
        if alone.isEmpty {
          points.store(surface.position)
          pointNormals.store(surface.geometricNormal)
        }
        alone.insert(lane)
        if let sample = emitters.sample(
          from: points[vector: lane], normal: pointNormals[vector: lane], choice: place.z, u: place.lowHalf)
        {
          found.insert(lane)
          samples[lane] = sample
        }
      }
    }
    var lights = areaLights(surface, isSame: false)
    lights.isFound = (lights.isFound .| alone.mask) .& found.mask
    if !alone.isEmpty { takeSamples(&lights, alone, found) }
    return lights
  }

  /// The scene's only light, if it is a parallelogram of one radiance.
  @inline(__always) private var onlyLight: UnsafePointer<EmitterRecord>? {
    guard emitters.many == nil, emitters.selection.count == 1, let light = areaLight(0),
      (emitters.shapes + Int(light.record.pointee.shape)).pointee.isRectangle
    else { return nil }
    return light.record
  }

  /// The emitter that was chosen, if it is a mesh of one radiance.
  @inline(__always)
  private func areaLight(_ choice: Float) -> (record: UnsafePointer<EmitterRecord>, index: Int, remainder: Float)? {
    guard emitters.many == nil else { return nil }
    let chosen = emitters.selection.sample(choice)
    let record = emitters.records + chosen.index
    guard
      chosen.probability > 0, record.pointee.kind == .area,
      (emitters.textures.records + Int(record.pointee.texture)).pointee.kind == .constant
    else { return nil }
    let shape = emitters.shapes + Int(record.pointee.shape)
    guard shape.pointee.kind == .mesh, shape.pointee.isRectangle || !shape.pointee.needsUV else { return nil }
    return (record, chosen.index, chosen.remainder)
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
      corners[vector: lane] = shape.pointee.rectangle.corner
      alongU[vector: lane] = shape.pointee.rectangle.alongU
      alongV[vector: lane] = shape.pointee.rectangle.alongV
      normals[lane] = SIMD4(shape.pointee.rectangle.normal, weight)
      places[lane] = SIMD4(u.x, u.y, 0, 0)
      samples[lane].uv = u
      return true
    }
    guard let areas = shape.pointee.triangleAreas else { return false }
    let triangle = Int32(truncatingIfNeeded: areas.sample(remainder).index)
    let (i0, i1, i2) = shape.pointee.corners(triangle)
    let p0 = ShapeRecord.load(emitters.values, shape.pointee.positions, i0)
    let e1 = ShapeRecord.load(emitters.values, shape.pointee.positions, i1) - p0
    let e2 = ShapeRecord.load(emitters.values, shape.pointee.positions, i2) - p0
    let b = Warp.triangle(u)
    corners[vector: lane] = p0
    alongU[vector: lane] = e1
    alongV[vector: lane] = e2
    normals[lane] = SIMD4(cross(e1, e2).normalized * shape.pointee.orientation, weight)
    places[lane] = SIMD4(b.x, b.y, 0, 0)
    samples[lane].uv = b
    samples[lane].primitive = triangle
    return true
  }

  /// As the end of `EmitterTable.sampleArea`.
  ///
  /// - Parameter isSame: whether all lights are the one of the first lane.
  @inline(__always) private func areaLights(_ surface: PacketSurface, isSame: Bool) -> PacketLights {
    func columns(_ rows: PacketRows) -> PacketRows.Columns { isSame ? rows.firstRow : rows.columns }
    let place = places.columns
    let normalAndWeight = columns(normals)
    let normal = normalAndWeight.vector
    let point = columns(corners).vector + columns(alongU).vector * place.x + columns(alongV).vector * place.y
    let offset = point - surface.position
    let squared = offset.squaredLength
    let facing = -dot(offset, normal)
    let distance = squared.squareRoots
    let inverseSquared = 1 / squared
    let inverse = inverseSquared * distance
    return PacketLights(
      direction: offset * inverse, distance: distance, radiance: columns(radiances).vector,
      scale: facing * inverse * inverseSquared * normalAndWeight.w, isDirac: PacketMask(repeating: false),
      isFound: (squared .>= .leastNormalMagnitude) .& (facing .> 0), point: point, normal: normal)
  }

  /// Puts the lights that were sampled one by one in their lanes.
  @inline(never)
  private func takeSamples(_ lights: inout PacketLights, _ alone: PacketBits, _ found: PacketBits) {
    for lane in 0..<8 where alone.contains(lane) && found.contains(lane) {
      let sample = samples[lane]
      corners[lane] = SIMD4(sample.point, sample.scale)
      normals[vector: lane] = sample.normal
      directions[lane] = SIMD4(sample.direction, sample.distance)
      radiances[lane] = SIMD4(sample.radiance, sample.isDirac ? 1 : 0)
    }
    let isAlone = alone.mask
    let (point, direction, radiance) = (corners.columns, directions.columns, radiances.columns)
    lights.point = lights.point.replacing(with: point.vector, where: isAlone)
    lights.normal = lights.normal.replacing(with: normals.vectors, where: isAlone)
    lights.direction = lights.direction.replacing(with: direction.vector, where: isAlone)
    lights.radiance = lights.radiance.replacing(with: radiance.vector, where: isAlone)
    lights.distance = lights.distance.replacing(with: direction.w, where: isAlone)
    lights.scale = lights.scale.replacing(with: point.w, where: isAlone)
    lights.isDirac = isAlone .& (radiance.w .> 0)
  }
}
