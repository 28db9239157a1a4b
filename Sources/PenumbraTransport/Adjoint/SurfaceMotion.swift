/// The chain rule from a material point of a surface to the numbers of the expanded vector that move it: corners of
/// its triangle and their normals, or the entries of its matrix, and those of its instance.
struct SurfaceMotion {
  let scene: KernelScene

  /// Covectors of what moves with a material point.
  struct Covectors<Vectors: ChannelVector> {
    var position = Vectors.zero
    /// Of `SurfacePatch.area`.
    var area = Vectors.zero
    /// Of the unit normal of the hit's shading frame.
    var normal = Vectors.zero
    /// Of a turn of the shading frame about its normal, from s to t, in radians.
    var spin = Vectors.Weight(counted: .zero)

    func scaled(_ factor: Float) -> Self {
      Covectors(
        position: position * factor, area: area * factor, normal: normal * factor,
        spin: spin.scaled(by: factor))
    }
  }

  /// Hands on weight · (covector · ẋ) for the material point of `hit`.
  @inline(__always)
  func addPosition<Sink: DerivativeSink>(
    _ hit: SurfaceHit, _ covector: Vector3, _ weight: Spectrum, to sink: inout Sink
  ) {
    let shape = scene.shapes + Int(hit.shape)
    guard shape.pointee.kind == .mesh, hit.instance < 0 else {
      return addPosition(hit, Sink.Vectors(covector, counted: sink.counted(weight)), to: &sink)
    }
    let (i0, i1, i2) = shape.pointee.corners(hit.primitive)
    let (b1, b2) = (hit.barycentric.x, hit.barycentric.y)
    let first = Int(shape.pointee.positions)
    sink.add(first + 3 * i0, covector * (1 - b1 - b2), times: weight)
    sink.add(first + 3 * i1, covector * b1, times: weight)
    sink.add(first + 3 * i2, covector * b2, times: weight)
  }

  /// The same for a covector of what the sink carries.
  @inline(__always)
  func addPosition<Sink: DerivativeSink>(_ hit: SurfaceHit, _ covector: Sink.Vectors, to sink: inout Sink) {
    var covectors = Covectors<Sink.Vectors>()
    covectors.position = covector
    add(hit, SurfacePatch(hit, scene), covectors, to: &sink)
  }

  /// Hands on everything that moves with the material point of `hit`.
  func add<Sink: DerivativeSink>(
    _ hit: SurfaceHit, _ patch: SurfacePatch, _ covectors: Covectors<Sink.Vectors>, to sink: inout Sink
  ) {
    let shape = scene.shapes + Int(hit.shape)
    var area = covectors.area
    var normal = covectors.normal
    var perU = Sink.Vectors.zero
    let tangent = shape.pointee.needsTangent ? tangentRule(hit, patch, shape.pointee) : nil
    if let tangent {
      // δψ = (t · δT − (n · T)(t · δn)) / |T across n| for s along the part of T across n.
      let (across, along) = tangent.lengths(hit.frame)
      perU = Sink.Vectors(hit.frame.t * (1 / across), times: covectors.spin)
      normal -= Sink.Vectors(hit.frame.t * (along / across), times: covectors.spin)
    }
    if !normal.isZero, !addVertexNormals(hit, shape.pointee, normal, to: &sink) {
      let vector = patch.area
      let length = vector.length
      let side: Float = dot(vector, hit.frame.n) < 0 ? -1 : 1
      area += normal.across(hit.frame.n) * (side / length)
    }
    var e1 = area.map { cross(patch.e2, $0) }
    var e2 = area.map { cross($0, patch.e1) }
    var position = covectors.position
    if case .edges(let a, let b)? = tangent?.rule {
      e1 += perU * a
      e2 += perU * b
    }
    if hit.instance >= 0 {
      let record = scene.instances + Int(hit.instance)
      let matrix = Int(record.pointee.matrix)
      let toWorld = record.pointee.maps(scene.values).toWorld
      sink.add(matrix: matrix, position, point: patch.own.position)
      sink.add(matrix: matrix, e1, direction: patch.own.e1)
      sink.add(matrix: matrix, e2, direction: patch.own.e2)
      if case .fixed(let own)? = tangent?.rule { sink.add(matrix: matrix, perU, direction: own) }
      let (x, y, z) = (toWorld.x.value, toWorld.y.value, toWorld.z.value)
      func pull(_ c: Sink.Vectors) -> Sink.Vectors { c.map { Vector3(dot($0, x), dot($0, y), dot($0, z)) } }
      (position, e1, e2, perU) = (pull(position), pull(e1), pull(e2), pull(perU))
    }
    guard shape.pointee.kind == .mesh else {
      let matrix = Int(shape.pointee.matrix)
      sink.add(matrix: matrix, position, point: patch.unit.position)
      sink.add(matrix: matrix, e1, direction: patch.unit.e1)
      sink.add(matrix: matrix, e2, direction: patch.unit.e2)
      if tangent != nil { sink.add(matrix: matrix, perU, direction: patch.unit.perU) }
      return
    }
    let (i0, i1, i2) = shape.pointee.corners(hit.primitive)
    let (b1, b2) = (hit.barycentric.x, hit.barycentric.y)
    let first = Int(shape.pointee.positions)
    sink.add(first + 3 * i0, position * (1 - b1 - b2) - e1 - e2)
    sink.add(first + 3 * i1, position * b1 + e1)
    sink.add(first + 3 * i2, position * b2 + e2)
  }

  // MARK: - Shading normals

  /// The covector of the frame's unit normal, handed to interpolated vertex normals.
  ///
  /// - Returns: `false` where the normal is that of the surface itself.
  private func addVertexNormals<Sink: DerivativeSink>(
    _ hit: SurfaceHit, _ shape: ShapeRecord, _ covector: Sink.Vectors, to sink: inout Sink
  ) -> Bool {
    guard shape.normals >= 0 else { return false }
    let (i0, i1, i2) = shape.corners(hit.primitive)
    let (b1, b2) = (hit.barycentric.x, hit.barycentric.y)
    let e = scene.values
    let own =
      ShapeRecord.load(e, shape.normals, i0) * (1 - b1 - b2) + ShapeRecord.load(e, shape.normals, i1) * b1
      + ShapeRecord.load(e, shape.normals, i2) * b2
    guard own.squaredLength > 0 else { return false }
    let maps = hit.instance >= 0 ? scene.instances[Int(hit.instance)].maps(e) : nil
    let blend = maps?.normal(Vector<Float>(own)).value ?? own
    let side: Float = dot(blend, hit.frame.n) < 0 ? -1 : 1
    var c = covector.across(hit.frame.n) * (side / blend.length)
    if let maps, hit.instance >= 0 {
      // v = M⁻ᵀ n: δv = −M⁻ᵀ δMᵀ v + M⁻ᵀ δn.
      let pulled = c.map { maps.toObject.direction(Vector($0)).value }
      let matrix = Int(scene.instances[Int(hit.instance)].matrix)
      for row in 0..<3 {
        for column in 0..<3 { sink.add(matrix + 4 * row + column, counted: pulled[column].scaled(by: -blend[row])) }
      }
      c = pulled
    }
    let first = Int(shape.normals)
    sink.add(first + 3 * i0, c * (1 - b1 - b2))
    sink.add(first + 3 * i1, c * b1)
    sink.add(first + 3 * i2, c * b2)
    return true
  }

  // MARK: - Tangents

  /// dp/du, along which anisotropic materials turn the shading frame.
  private struct Tangent {
    enum Rule {
      /// a · e₁ + b · e₂ of a triangle.
      case edges(Float, Float)
      /// The image of a fixed vector of the unit shape, in the space of the shape's group.
      case fixed(own: Vector3)
    }
    var rule: Rule
    var world: Vector3

    /// Length of the part across the normal, and of the part along it.
    func lengths(_ frame: Frame) -> (across: Float, along: Float) {
      let along = dot(world, frame.n)
      return ((world - frame.n * along).length, along)
    }
  }

  /// `nil` where the frame does not follow the texture coordinates.
  private func tangentRule(_ hit: SurfaceHit, _ patch: SurfacePatch, _ shape: ShapeRecord) -> Tangent? {
    let e = scene.values
    var tangent: Tangent
    if shape.kind == .mesh {
      guard shape.texcoords >= 0 else { return nil }
      let (i0, i1, i2) = shape.corners(hit.primitive)
      let t0 = ShapeRecord.load2(e, shape.texcoords, i0)
      let d1 = ShapeRecord.load2(e, shape.texcoords, i1) - t0
      let d2 = ShapeRecord.load2(e, shape.texcoords, i2) - t0
      let determinant = d1.x * d2.y - d1.y * d2.x
      guard determinant != 0 else { return nil }
      let (a, b) = (d2.y / determinant, -d1.y / determinant)
      tangent = Tangent(rule: .edges(a, b), world: patch.e1 * a + patch.e2 * b)
    } else {
      let map = AffineMap<Float>(rowMajor: e + Int(shape.matrix))
      let own = map.direction(Vector(patch.unit.perU)).value
      let maps = hit.instance >= 0 ? scene.instances[Int(hit.instance)].maps(e) : nil
      tangent = Tangent(
        rule: .fixed(own: own), world: maps?.toWorld.direction(Vector(own)).value ?? own)
    }
    return tangent.lengths(hit.frame).across > 0 ? tangent : nil
  }
}

extension SurfaceHit {
  /// The material point of an area light that next-event estimation chose; its shading frame is any.
  init(_ light: EmitterSample, _ scene: KernelScene) {
    let index = scene.emitters.records[Int(light.emitter)].shape
    let shape = scene.shapes + Int(index)
    var barycentric = SIMD2<Float>.zero
    if shape.pointee.kind == .mesh {
      let (i0, i1, i2) = shape.pointee.corners(light.primitive)
      let p0 = ShapeRecord.load(scene.values, shape.pointee.positions, i0)
      let e1 = ShapeRecord.load(scene.values, shape.pointee.positions, i1) - p0
      let e2 = ShapeRecord.load(scene.values, shape.pointee.positions, i2) - p0
      // On a rectangle the sample may lie outside its first triangle: the coordinates then extend it.
      let normal = cross(e1, e2)
      let offset = light.point - p0
      let inverse = 1 / normal.squaredLength
      barycentric = SIMD2(dot(cross(e2, normal), offset), dot(cross(normal, e1), offset)) * inverse
    }
    self.init(
      position: light.point, geometricNormal: light.normal, frame: Frame(normal: light.normal), uv: light.uv,
      shape: index, primitive: light.primitive, barycentric: barycentric, distance: light.distance)
  }
}
