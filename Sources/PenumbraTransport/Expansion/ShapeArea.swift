/// World areas of emitting shapes.
enum ShapeArea {
  /// Fills the cumulative triangle areas of a mesh and returns the total; analytic shapes have closed forms.
  static func fill(_ table: OwnedBuffer<Float>, shape: ShapeRecord, values: UnsafePointer<Float>) -> Float {
    switch shape.kind {
    case .sphere:
      let radius = values[Int(shape.matrix) + 15]
      return 4 * .pi * radius * radius
    case .disk:
      let map = AffineMap<Float>(rowMajor: values + Int(shape.matrix))
      return .pi * cross(map.x.value, map.y.value).length
    case .cylinder:
      // Emitting cylinders are round.
      let map = AffineMap<Float>(rowMajor: values + Int(shape.matrix))
      return 2 * .pi * map.x.value.length * map.z.value.length
    case .mesh:
      let areas = (0..<shape.triangleCount).map { triangle in
        let (i0, i1, i2) = shape.corners(triangle)
        let p0 = ShapeRecord.load(values, shape.positions, i0)
        let e1 = ShapeRecord.load(values, shape.positions, i1) - p0
        let e2 = ShapeRecord.load(values, shape.positions, i2) - p0
        return 0.5 * cross(e1, e2).length
      }
      return areas.withUnsafeBufferPointer { CumulativeTable.fill(table.base, weights: $0) }
    }
  }
}
