import Foundation

/// Every emitter of the scene and how they are sampled.
struct EmitterTable {
  let records: UnsafePointer<EmitterRecord>
  let selection: CumulativeTable
  /// Index of the emitter seen by rays that leave the scene, −1 for none.
  let environment: Int32
  let values: UnsafePointer<Float>
  let textures: TextureTable
  let shapes: UnsafePointer<ShapeRecord>
  /// Set when there are many lights.
  let many: LightChoice?

  /// Whether rays that leave the scene meet an environment map.
  @inline(__always) var hasMap: Bool { environment >= 0 && records[Int(environment)].kind == .environment }

  /// Radiance of an area light at a point of its surface, on its outside.
  @inline(__always) func areaRadiance(_ emitter: Int32, uv: SIMD2<Float>) -> Spectrum {
    textures.color(records[Int(emitter)].texture, uv)
  }

  /// Radiance arriving along a ray that left the scene in `direction`.
  @inline(__always) func environmentRadiance(_ direction: Vector3) -> Spectrum {
    let record = records + Int(environment)
    if record.pointee.kind == .constant { return textures.color(record.pointee.texture, .zero) }
    return record.pointee.environment.radiance(values, direction)
  }

  /// Density in sr⁻¹ with which `sample` chooses a direction that leaves the scene.
  @inline(__always) func environmentDensity(_ direction: Vector3) -> Float { environmentLight(direction).density }

  /// Radiance and density together.
  @inline(__always) func environmentLight(_ direction: Vector3) -> (radiance: Spectrum, density: Float) {
    let record = records + Int(environment)
    guard let distribution = record.pointee.distribution else {
      return (environmentRadiance(direction), record.pointee.selection / (4 * .pi))
    }
    let map = record.pointee.environment
    let local = map.local(Vector<Float>(direction), AffineMap(rowMajor: values + Int(map.matrix)))
    let uv = map.coordinates(local).components
    let radiance = map.radiance(values, at: uv)
    let sinTheta = (local.x * local.x + local.z * local.z).squareRoot()
    guard sinTheta > 0 else { return (radiance, 0) }
    return (radiance, record.pointee.selection * distribution.density(uv) / (2 * .pi * .pi * sinTheta))
  }

  /// Density in sr⁻¹ with which `sample` chooses the point `hit` of an area light as seen from `origin`.
  @inline(__always) func areaDensity(
    _ emitter: Int32, hit: SurfaceHit, from origin: Vector3, normal: Vector3 = .zero
  ) -> Float {
    if let many { return areaDensity(many, emitter, hit: hit, from: origin, normal: normal) }
    return areaDensity(records + Int(emitter), hit: hit, from: origin)
  }

  /// The same for an emitter chosen with the probability in its record.
  @inline(__always)
  func areaDensity(_ record: UnsafePointer<EmitterRecord>, hit: SurfaceHit, from origin: Vector3) -> Float {
    let shape = shapes + Int(record.pointee.shape)
    if shape.pointee.kind == .sphere, let cone = SphereCone(shape.pointee, values, from: origin) {
      return record.pointee.selection * cone.density
    }
    let offset = hit.position - origin
    let squared = offset.squaredLength
    let cosine = abs(dot(offset, hit.geometricNormal))
    guard cosine > 0 else { return 0 }
    return record.pointee.selection * squared * squared.squareRoot() / (cosine * shape.pointee.area)
  }

  /// Chooses an emitter and a direction towards it; `nil` when it sends no light to `origin`.
  ///
  /// - Parameter isAnchor: whether the light is then looked at from other points near `origin`: spots and projectors that are
  ///   dark there are given too, and none with its intensity.
  @inline(__always) func sample(
    from origin: Vector3, normal: Vector3 = .zero, choice: Float, u: SIMD2<Float>, isAnchor: Bool = false
  ) -> EmitterSample? {
    if let many { return sample(many, from: origin, normal: normal, choice: choice, u: u, isAnchor: isAnchor) }
    let chosen = selection.sample(choice)
    let record = records + chosen.index
    guard chosen.probability > 0 else { return nil }
    // Area lights first and inlined: they are what most paths sample.
    if record.pointee.kind == .area {
      return sampleArea(record, Int32(truncatingIfNeeded: chosen.index), origin, chosen.remainder, u)
    }
    return sampleDistant(
      record.pointee, Int32(truncatingIfNeeded: chosen.index), chosen.probability, origin, u, isAnchor: isAnchor)
  }

  /// A triangle of a mesh that emits, or a rectangle, before a point on it is chosen.
  struct FlatLamp {
    var emitter: Int32
    var triangle: Int32
    /// Area over the probability of the choice.
    var weight: Float
  }

  /// The part of a flat lamp that `sample` chooses; `nil` for lights of other kinds, and where trees choose.
  @inline(__always) func flatLamp(choice: Float) -> FlatLamp? {
    guard many == nil else { return nil }
    let chosen = selection.sample(choice)
    let record = records + chosen.index
    guard record.pointee.kind == .area, chosen.probability > 0 else { return nil }
    let shape = shapes + Int(record.pointee.shape)
    guard shape.pointee.kind == .mesh else { return nil }
    var triangle: Int32 = 0
    if !shape.pointee.isRectangle {
      guard let areas = shape.pointee.triangleAreas else { return nil }
      triangle = Int32(truncatingIfNeeded: areas.sample(chosen.remainder).index)
    }
    return FlatLamp(
      emitter: Int32(truncatingIfNeeded: chosen.index), triangle: triangle,
      weight: shape.pointee.area / record.pointee.selection)
  }

  func sampleDistant(
    _ record: EmitterRecord, _ index: Int32, _ probability: Float, _ origin: Vector3, _ u: SIMD2<Float>,
    isAnchor: Bool = false
  ) -> EmitterSample? {
    switch record.kind {
    case .area: return nil
    case .point:
      let p = values + Int(record.location)
      let position = Vector3(p[0], p[1], p[2])
      let offset = position - origin
      let squared = offset.squaredLength
      guard squared > 0 else { return nil }
      let distance = squared.squareRoot()
      let intensity = textures.color(record.texture, .zero)
      return EmitterSample(
        direction: offset * (1 / distance), distance: distance,
        radiance: intensity, scale: 1 / (squared * probability), isDirac: true, emitter: index,
        point: position, normal: .zero, uv: .zero)
    case .directional:
      let d = values + Int(record.location)
      let irradiance = textures.color(record.texture, .zero)
      return EmitterSample(
        direction: Vector3(-d[0], -d[1], -d[2]), distance: .infinity, radiance: irradiance,
        scale: 1 / probability, isDirac: true, emitter: index, point: .zero, normal: .zero, uv: .zero)
    case .constant:
      let radiance = textures.color(record.texture, .zero)
      return EmitterSample(
        direction: Warp.sphere(u), distance: .infinity, radiance: radiance, scale: 4 * .pi / probability,
        isDirac: false, emitter: index, point: .zero, normal: .zero, uv: .zero)
    case .environment: return sampleEnvironment(record, index, u)
    case .spot, .projector: return sampleProfile(record, index, probability, origin, isAnchor: isAnchor)
    }
  }

  private func sampleEnvironment(_ record: EmitterRecord, _ index: Int32, _ u: SIMD2<Float>) -> EmitterSample? {
    guard let (uv, density) = record.distribution?.sample(u) else { return nil }
    let (theta, phi) = (uv.y * .pi, uv.x * 2 * .pi)
    let sinTheta = sin(theta)
    guard sinTheta > 0, density > 0 else { return nil }
    let map = record.environment
    let local = Vector<Float>(sin(phi) * sinTheta, cos(theta), -cos(phi) * sinTheta)
    let direction = AffineMap<Float>(rowMajor: values + Int(map.matrix)).direction(local).value
    let pdf = record.selection * density / (2 * .pi * .pi * sinTheta)
    return EmitterSample(
      direction: direction, distance: .infinity, radiance: map.radiance(values, at: uv), scale: 1 / pdf, isDirac: false,
      emitter: index, point: .zero, normal: .zero, uv: .zero)
  }

  @inline(__always)
  func sampleArea(
    _ record: UnsafePointer<EmitterRecord>, _ index: Int32, _ origin: Vector3, _ choice: Float, _ u: SIMD2<Float>
  ) -> EmitterSample? {
    let shape = shapes + Int(record.pointee.shape)
    // Of points drawn by solid angle, 0 for those drawn by area.
    var coneDensity: Float = 0
    var triangle: Int32 = 0
    let point: EmittingPoint
    switch shape.pointee.kind {
    case .mesh where shape.pointee.isRectangle:
      point = EmittingPoint(rectangle: shape.pointee.rectangle, u)
    case .mesh:
      guard let areas = shape.pointee.triangleAreas else { return nil }
      triangle = Int32(truncatingIfNeeded: areas.sample(choice).index)
      point = EmittingPoint(shape.pointee, values, triangle: triangle, barycentric: Warp.triangle(u))
    case .sphere:
      if let cone = SphereCone(shape.pointee, values, from: origin) {
        point = EmittingPoint(
          shape.pointee.sphereHit(values, near: cone.point(u), distance: 0, shape: record.pointee.shape))
        coneDensity = record.pointee.selection * cone.density
      } else {
        let m = values + Int(shape.pointee.matrix)
        let position = Vector3(m[12], m[13], m[14]) + Warp.sphere(u) * m[15]
        point = EmittingPoint(shape.pointee.sphereHit(values, near: position, distance: 0, shape: record.pointee.shape))
      }
    case .disk:
      let map = AffineMap<Float>(rowMajor: values + Int(shape.pointee.matrix))
      let d = Warp.disk(u)
      let position = map.point(Vector(d.x, d.y, 0)).value
      point = EmittingPoint(shape.pointee.diskHit(values, at: position, distance: 0, shape: record.pointee.shape))
    case .cylinder:
      let map = AffineMap<Float>(rowMajor: values + Int(shape.pointee.matrix))
      let phi = 2 * .pi * u.y
      let position = map.point(Vector(cos(phi), sin(phi), u.x)).value
      point = EmittingPoint(shape.pointee.cylinderHit(values, at: position, distance: 0, shape: record.pointee.shape))
    }
    let offset = point.position - origin
    let squared = offset.squaredLength
    guard squared >= .leastNormalMagnitude else { return nil }
    let facing = -dot(offset, point.normal)
    guard facing > 0 else { return nil }
    // The division and the root do not wait for each other.
    let distance = squared.squareRoot()
    let inverseSquared = 1 / squared
    let inverse = inverseSquared * distance
    let direction = offset * inverse
    let scale =
      coneDensity > 0
      ? 1 / coneDensity : facing * inverse * inverseSquared * (shape.pointee.area / record.pointee.selection)
    return EmitterSample(
      direction: direction, distance: distance, radiance: textures.color(record.pointee.texture, point.uv),
      scale: scale, isDirac: false, emitter: index, point: point.position, normal: point.normal, uv: point.uv,
      primitive: triangle)
  }
}
