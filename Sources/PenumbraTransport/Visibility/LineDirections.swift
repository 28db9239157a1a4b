/// How lines through a point of an edge are aimed that need not end on a lamp: at the sky, and anywhere.
///
/// Of all directions, those that pass the edge of a finely triangulated mesh are a small part, so that they are drawn from it
/// (`OutlineWedge`); a sky that is bright in places is shared with its own distribution (one-sample mixture, Veach 1997).
struct LineDirections {
  private let wedge: OutlineWedge?

  init(_ point: EdgePoint) { wedge = OutlineWedge(point) }

  /// The same for all points of an edge.
  init(_ edge: EdgeRecord, _ geometry: EdgeGeometry) {
    wedge = edge.isOutline ? nil : OutlineWedge(geometry.point(edge, 0.5))
  }

  /// Part of all directions in which lines pass the edge.
  var share: Float { wedge?.share ?? 1 }

  /// A direction of those in which lines pass the edge.
  func anywhere(_ u: SIMD2<Float>) -> Vector3 { wedge?.sample(u) ?? Warp.sphere(u) }

  /// Density in sr⁻¹ of `anywhere`.
  var density: Float { wedge?.density ?? 1 / (4 * .pi) }

  /// A sample of the sky, aimed anew.
  func aimed(_ sky: EmitterSample, _ numbers: VertexNumbers, _ emitters: EmitterTable) -> EmitterSample {
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

  /// About how likely a line towards a light passes the edge, as judged from one sample of the light.
  func chance(of light: EmitterSample, at point: EdgePoint, _ emitters: EmitterTable) -> Float {
    guard let wedge else { return 1 }
    let record = emitters.records + Int(light.emitter)
    switch record.pointee.kind {
    case .constant: return wedge.share
    case .environment, .directional, .point, .spot, .projector: return point.outward(light.direction) == nil ? 0 : 1
    case .area:
      let shape = emitters.shapes + Int(record.pointee.shape)
      let parts = record.pointee.isSplit ? Float(shape.pointee.triangleCount) : 1
      let radius = (shape.pointee.area / (parts * .pi)).squareRoot()
      return wedge.overlap(light.direction, radius: radius / light.distance)
    }
  }
}
