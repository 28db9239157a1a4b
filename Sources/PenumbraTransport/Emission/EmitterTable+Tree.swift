extension EmitterTable {
  /// As `sample`, with a choice that depends on the point.
  func sample(
    _ many: LightChoice, from origin: Vector3, normal: Vector3, choice: Float, u: SIMD2<Float>, isAnchor: Bool
  ) -> EmitterSample? {
    let group = many.groups.sample(choice)
    guard group.probability > 0 else { return nil }
    if group.index < many.groups.count - 1 {
      let emitter = many.distant[group.index]
      return sampleDistant(records[Int(emitter)], emitter, group.probability, origin, u, isAnchor: isAnchor)
    }
    guard let chosen = many.tree.sample(from: origin, normal: normal, group.remainder) else { return nil }
    return sample(
      many.tree.items[chosen.item], chosen: group.probability * chosen.probability, from: origin, u, isAnchor: isAnchor)
  }

  /// A point on a light of the tree, or its only direction.
  ///
  /// - Parameter probability: with which it was chosen.
  func sample(
    _ item: LightItem, chosen probability: Float, from origin: Vector3, _ u: SIMD2<Float>, isAnchor: Bool
  ) -> EmitterSample? {
    var record = records[Int(item.emitter)]
    record.selection = probability
    if item.triangle >= 0 { return sampleTriangle(record, item, origin, u) }
    if record.kind != .area {
      return sampleDistant(record, item.emitter, record.selection, origin, u, isAnchor: isAnchor)
    }
    return withUnsafePointer(to: record) { sampleArea($0, item.emitter, origin, 0, u) }
  }

  /// Density in sr⁻¹ with which `sample` chooses the point `hit` of an area light as seen from `origin`.
  func areaDensity(
    _ many: LightChoice, _ emitter: Int32, hit: SurfaceHit, from origin: Vector3, normal: Vector3
  ) -> Float {
    var record = records[Int(emitter)]
    let item = Int(record.firstItem) + (record.isSplit ? Int(hit.primitive) : 0)
    record.selection = many.treeShare * many.tree.probability(of: item, from: origin, normal: normal)
    guard record.isSplit else { return withUnsafePointer(to: record) { areaDensity($0, hit: hit, from: origin) } }
    let offset = hit.position - origin
    let squared = offset.squaredLength
    let cosine = abs(dot(offset, hit.geometricNormal))
    let area = triangleArea(shapes[Int(record.shape)], hit.primitive)
    guard cosine > 0, area > 0 else { return 0 }
    return record.selection * squared * squared.squareRoot() / (cosine * area)
  }

  private func triangleArea(_ shape: ShapeRecord, _ triangle: Int32) -> Float {
    let (i0, i1, i2) = shape.corners(triangle)
    let p0 = ShapeRecord.load(values, shape.positions, i0)
    return 0.5
      * cross(
        ShapeRecord.load(values, shape.positions, i1) - p0, ShapeRecord.load(values, shape.positions, i2) - p0
      ).length
  }

  private func sampleTriangle(
    _ record: EmitterRecord, _ item: LightItem, _ origin: Vector3, _ u: SIMD2<Float>
  ) -> EmitterSample? {
    let shape = shapes[Int(record.shape)]
    let point = EmittingPoint(shape, values, triangle: item.triangle, barycentric: Warp.triangle(u))
    let offset = point.position - origin
    let squared = offset.squaredLength
    guard squared > 0 else { return nil }
    let distance = squared.squareRoot()
    let direction = offset * (1 / distance)
    let cosine = -dot(direction, point.normal)
    let area = triangleArea(shape, item.triangle)
    guard cosine > 0, area > 0 else { return nil }
    let pdf = record.selection * squared / (cosine * area)
    return EmitterSample(
      direction: direction, distance: distance, radiance: textures.color(record.texture, point.uv), scale: 1 / pdf,
      isDirac: false, emitter: item.emitter, point: point.position, normal: point.normal, uv: point.uv,
      primitive: item.triangle)
  }
}
