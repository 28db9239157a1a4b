/// Every texture of the scene with the numbers they read.
struct TextureTable {
  let records: UnsafePointer<TextureRecord>
  let values: UnsafePointer<Float>
  /// Where on its surface the looked-up point is: attributes of meshes need more than uv.
  var place = SurfacePlace()

  @inline(__always) func color(_ id: Int32, _ uv: SIMD2<Float>) -> Spectrum {
    let record = records + Int(id)
    if record.pointee.kind == .constant {
      let v = values + Int(record.pointee.offset)
      return record.pointee.channels == 3 ? Spectrum(v[0], v[1], v[2]) : Spectrum(repeating: v[0])
    }
    if let value = record.pointee.quickColor(values, uv) { return value }
    if record.pointee.kind == .attribute, let value = attributeColor(record.pointee, id) { return value }
    let footprint = footprint(id, uv)
    return footprint.color(values, footprint.weights)
  }

  @inline(__always) func scalar(_ id: Int32, _ uv: SIMD2<Float>) -> Float {
    let record = records + Int(id)
    if record.pointee.kind == .constant && record.pointee.channels == 1 {
      return values[Int(record.pointee.offset)]
    }
    if let value = record.pointee.quickScalar(values, uv) { return value }
    let footprint = footprint(id, uv, isScalar: true)
    return footprint.scalar(values, footprint.weights)
  }

  /// Partials of a scalar texture by u and v.
  func gradient(_ id: Int32, _ uv: SIMD2<Float>) -> SIMD2<Float> {
    if let value = records[Int(id)].quickGradient(values, uv) { return value }
    let footprint = footprint(id, uv, isScalar: true)
    return SIMD2(footprint.scalar(values, footprint.weightsU), footprint.scalar(values, footprint.weightsV))
  }
}
