/// How lines through a point of an edge are aimed: at lamps, at the sky, and anywhere.
///
/// Of all directions, those that pass the edge of a finely triangulated mesh are a small part, so that they are drawn from it
/// (`OutlineWedge`), and those to a flat lamp from the part of the lamp that lies there (`LampSection`); a sky that is bright in
/// places is shared with its own distribution (one-sample mixture, Veach 1997).
struct LineDirections {
  private let wedge: OutlineWedge?
  private let planes: LampSection.Planes?

  init(_ point: EdgePoint) {
    wedge = OutlineWedge(point)
    // A line that passes is in front of one triangle and behind the other.
    planes = wedge == nil ? nil : point.areas.map { LampSection.Planes(point: point.position, normals: ($0, -$1)) }
  }

  /// The same for all points of an edge.
  init(_ edge: EdgeRecord, _ geometry: EdgeGeometry) {
    self = edge.isOutline ? Self() : Self(geometry.point(edge, 0.5))
  }

  /// Directions of no preference.
  init() { (wedge, planes) = (nil, nil) }

  /// Part of all directions in which lines pass the edge.
  var share: Float { wedge?.share ?? 1 }

  /// A direction of those in which lines pass the edge.
  func anywhere(_ u: SIMD2<Float>) -> Vector3 { wedge?.sample(u) ?? Warp.sphere(u) }

  /// Density in sr⁻¹ of `anywhere`.
  var density: Float { wedge?.density ?? 1 / (4 * .pi) }

  // MARK: the sky

  /// A sample of the sky, aimed anew.
  private func aimed(sky: EmitterSample, _ numbers: VertexNumbers, _ emitters: EmitterTable) -> EmitterSample {
    guard let wedge else { return sky }
    var result = sky
    if emitters.records[Int(sky.emitter)].kind == .constant || numbers.direction.y < 0.5 {
      result.direction = wedge.sample(numbers.light)
      result.radiance = emitters.environmentRadiance(result.direction)
    }
    result.scale = 1 / skyDensity(result.direction, emitters)
    return result
  }

  /// Density in sr⁻¹ with which the sky is chosen and `aimed` in a direction.
  func skyDensity(_ direction: Vector3, _ emitters: EmitterTable) -> Float {
    guard let wedge else { return emitters.environmentDensity(direction) }
    let record = emitters.records + Int(emitters.environment)
    let own = record.pointee.selection * wedge.density
    return record.pointee.kind == .constant ? own : 0.5 * (own + emitters.environmentDensity(direction))
  }

  // MARK: lamps

  /// The part of a lamp from which lines pass, kept for the next line past the same edge.
  struct Memory {
    fileprivate var emitter: Int32 = -1
    fileprivate var triangle: Int32 = -1
    fileprivate var section = LampSection()
  }

  /// How a line is aimed at a light.
  enum Aim: UInt8 {
    /// No line passes.
    case none
    /// Some lines to the light pass.
    case some
    /// All do.
    case all
  }

  /// The part of a lamp, or of the triangle of it that was chosen, from which lines pass; `nil` where all of it is tried.
  private func section(_ emitter: Int32, triangle: Int32, _ emitters: EmitterTable) -> LampSection? {
    let record = emitters.records + Int(emitter)
    guard let planes, record.pointee.kind == .area else { return nil }
    let shape = emitters.shapes + Int(record.pointee.shape)
    guard shape.pointee.kind == .mesh else { return nil }
    if shape.pointee.isRectangle {
      let lamp = shape.pointee.rectangle
      return LampSection(planes, corner: lamp.corner, sides: (lamp.alongU, lamp.alongV), isTriangle: false)
    }
    let (i0, i1, i2) = shape.pointee.corners(triangle)
    let p = ShapeRecord.load(emitters.values, shape.pointee.positions, i0)
    let sides = (
      ShapeRecord.load(emitters.values, shape.pointee.positions, i1) - p,
      ShapeRecord.load(emitters.values, shape.pointee.positions, i2) - p
    )
    return LampSection(planes, corner: p, sides: sides, isTriangle: true)
  }

  /// A sample of a light as lines through a point of the edge are aimed at it.
  ///
  /// - Parameters:
  ///   - choice: in [0, 1), which light.
  ///   - memory: of this edge.
  ///   - light: receives the sample.
  @inline(__always)
  func aim(
    from origin: Vector3, choice: Float, _ numbers: VertexNumbers, _ emitters: EmitterTable, _ memory: inout Memory,
    _ light: UnsafeMutablePointer<EmitterSample>
  ) -> Aim {
    if planes != nil, let lamp = emitters.flatLamp(choice: choice) {
      return aim(lamp, from: origin, numbers, emitters, &memory, light)
    }
    guard let seen = emitters.sample(from: origin, choice: choice, u: numbers.light) else { return .none }
    if seen.emitter == emitters.environment {
      light.pointee = aimed(sky: seen, numbers, emitters)
      return .some
    }
    let record = emitters.records + Int(seen.emitter)
    guard planes != nil, record.pointee.kind == .area,
      emitters.shapes[Int(record.pointee.shape)].kind == .mesh
    else {
      light.pointee = seen
      return .some
    }
    // The lamp is flat: its density by area is that of the direction times the cosine over the squared distance.
    let weight = seen.scale * seen.distance * seen.distance / -dot(seen.direction, seen.normal)
    let lamp = EmitterTable.FlatLamp(emitter: seen.emitter, triangle: seen.primitive, weight: weight)
    return aim(lamp, from: origin, numbers, emitters, &memory, light)
  }

  /// Sees that a lamp's part is in memory.
  @inline(__always)
  private func remember(_ emitter: Int32, _ triangle: Int32, _ emitters: EmitterTable, _ memory: inout Memory) {
    if memory.emitter != emitter || memory.triangle != triangle { replace(&memory, emitter, triangle, emitters) }
  }

  @inline(never)
  private func replace(_ memory: inout Memory, _ emitter: Int32, _ triangle: Int32, _ emitters: EmitterTable) {
    (memory.emitter, memory.triangle) = (emitter, triangle)
    memory.section = section(emitter, triangle: triangle, emitters) ?? LampSection()
  }

  /// A sample of the part of a flat lamp from which lines pass the edge.
  @inline(__always)
  private func aim(
    _ lamp: EmitterTable.FlatLamp, from origin: Vector3, _ numbers: VertexNumbers, _ emitters: EmitterTable,
    _ memory: inout Memory, _ light: UnsafeMutablePointer<EmitterSample>
  ) -> Aim {
    remember(lamp.emitter, lamp.triangle, emitters, &memory)
    let share = memory.section.share
    guard share > 0 else { return .none }
    let u = memory.section.sample(numbers.light)
    let record = emitters.records + Int(lamp.emitter)
    let shape = emitters.shapes + Int(record.pointee.shape)
    let point =
      shape.pointee.isRectangle
      ? EmittingPoint(rectangle: shape.pointee.rectangle, u)
      : EmittingPoint(shape.pointee, emitters.values, triangle: lamp.triangle, barycentric: u)
    let offset = point.position - origin
    let squared = offset.squaredLength
    let facing = -dot(offset, point.normal)
    guard squared >= .leastNormalMagnitude, facing > 0 else { return .none }
    let distance = squared.squareRoot()
    light.pointee.direction = offset * (1 / distance)
    light.pointee.distance = distance
    light.pointee.radiance = emitters.textures.color(record.pointee.texture, point.uv)
    light.pointee.scale = lamp.weight * share * facing / (squared * distance)
    light.pointee.isDirac = false
    light.pointee.emitter = lamp.emitter
    (light.pointee.point, light.pointee.normal, light.pointee.uv) = (point.position, point.normal, point.uv)
    light.pointee.primitive = lamp.triangle
    return .all
  }

  /// Density in sr⁻¹ with which a lamp is chosen and `aimed` at a point of it.
  func lampDensity(_ hit: SurfaceHit, from origin: Vector3, _ emitters: EmitterTable) -> Float {
    let emitter = emitters.shapes[Int(hit.shape)].emitter
    let density = emitters.areaDensity(emitter, hit: hit, from: origin)
    return density / (section(emitter, triangle: hit.primitive, emitters)?.share ?? 1)
  }

  /// How likely a line towards a light passes the edge, as judged from one sample of the light; for lamps that are not flat
  /// about.
  func chance(
    of light: EmitterSample, at point: EdgePoint, _ emitters: EmitterTable, _ memory: inout Memory
  ) -> Float {
    guard let wedge else { return 1 }
    let record = emitters.records + Int(light.emitter)
    switch record.pointee.kind {
    case .constant: return wedge.share
    case .environment, .directional, .point, .spot, .projector: return point.outward(light.direction) == nil ? 0 : 1
    case .area:
      let shape = emitters.shapes + Int(record.pointee.shape)
      if planes != nil, shape.pointee.kind == .mesh {
        remember(light.emitter, light.primitive, emitters, &memory)
        return memory.section.share
      }
      let radius = (shape.pointee.area / .pi).squareRoot()
      return wedge.overlap(light.direction, radius: radius / light.distance)
    }
  }
}
