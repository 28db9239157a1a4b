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

  private init() { (wedge, planes) = (nil, nil) }

  /// Part of all directions in which lines pass the edge.
  var share: Float { wedge?.share ?? 1 }

  /// A direction of those in which lines pass the edge.
  func anywhere(_ u: SIMD2<Float>) -> Vector3 { wedge?.sample(u) ?? Warp.sphere(u) }

  /// Density in sr⁻¹ of `anywhere`.
  var density: Float { wedge?.density ?? 1 / (4 * .pi) }

  // MARK: the sky

  /// A sample of the sky, aimed anew.
  func aimed(sky: EmitterSample, _ numbers: VertexNumbers, _ emitters: EmitterTable) -> EmitterSample {
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

  /// A sample of any light but the sky, aimed anew at the part of a flat lamp from which lines pass the edge.
  ///
  /// - Returns: `nil` when there is no such part, and whether all lines to that light pass.
  func aimed(
    lamp: EmitterSample, from origin: Vector3, _ numbers: VertexNumbers, _ emitters: EmitterTable
  ) -> (light: EmitterSample, passes: Bool)? {
    guard let section = section(lamp.emitter, triangle: lamp.primitive, emitters) else { return (lamp, false) }
    guard section.share > 0 else { return nil }
    let record = emitters.records + Int(lamp.emitter)
    let shape = emitters.shapes + Int(record.pointee.shape)
    let u = section.sample(numbers.light)
    let point =
      shape.pointee.isRectangle
      ? EmittingPoint(rectangle: shape.pointee.rectangle, u)
      : EmittingPoint(shape.pointee, emitters.values, triangle: lamp.primitive, barycentric: u)
    let offset = point.position - origin
    let squared = offset.squaredLength
    let facing = -dot(offset, point.normal)
    guard squared >= .leastNormalMagnitude, facing > 0 else { return nil }
    var result = lamp
    result.distance = squared.squareRoot()
    result.direction = offset * (1 / result.distance)
    result.radiance = emitters.textures.color(record.pointee.texture, point.uv)
    // The lamp is flat: densities differ by its cosine and its distance.
    let before = -dot(lamp.direction, lamp.normal) / (lamp.distance * lamp.distance)
    result.scale = lamp.scale * section.share * (facing / (squared * result.distance)) / before
    (result.point, result.normal, result.uv) = (point.position, point.normal, point.uv)
    return (result, true)
  }

  /// Density in sr⁻¹ with which a lamp is chosen and `aimed` at a point of it.
  func lampDensity(_ hit: SurfaceHit, from origin: Vector3, _ emitters: EmitterTable) -> Float {
    let emitter = emitters.shapes[Int(hit.shape)].emitter
    let density = emitters.areaDensity(emitter, hit: hit, from: origin)
    return density / (section(emitter, triangle: hit.primitive, emitters)?.share ?? 1)
  }

  /// How likely a line towards a light passes the edge, as judged from one sample of the light; for lamps that are not flat
  /// about.
  func chance(of light: EmitterSample, at point: EdgePoint, _ emitters: EmitterTable) -> Float {
    guard let wedge else { return 1 }
    let record = emitters.records + Int(light.emitter)
    switch record.pointee.kind {
    case .constant: return wedge.share
    case .environment, .directional, .point, .spot, .projector: return point.outward(light.direction) == nil ? 0 : 1
    case .area:
      if let section = section(light.emitter, triangle: light.primitive, emitters) { return section.share }
      let shape = emitters.shapes + Int(record.pointee.shape)
      let radius = (shape.pointee.area / .pi).squareRoot()
      return wedge.overlap(light.direction, radius: radius / light.distance)
    }
  }
}
