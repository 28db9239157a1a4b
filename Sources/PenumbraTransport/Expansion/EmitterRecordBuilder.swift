/// Turns emitters into what the kernel reads.
struct EmitterRecordBuilder {
  let structure: SceneStructure
  let layout: ExpansionLayout

  func records(table: OwnedBuffer<Float>) -> [EmitterRecord] {
    structure.emitters.enumerated().map { index, emitter in
      let offset = Int32(layout.emitterOffsets[index])
      switch emitter.source {
      case .area(let shape, let radiance):
        return EmitterRecord(kind: .area, texture: Int32(radiance.index), shape: Int32(shape.index))
      case .point(_, let intensity):
        return EmitterRecord(kind: .point, texture: Int32(intensity.index), location: offset)
      case .directional(_, let irradiance):
        return EmitterRecord(kind: .directional, texture: Int32(irradiance.index), location: offset)
      case .constant(let radiance): return EmitterRecord(kind: .constant, texture: Int32(radiance.index))
      case .environment(let data, let width, let height, let scale, _):
        var record = EmitterRecord(kind: .environment)
        record.environment = EnvironmentMap(
          data: Int32(data), scale: Int32(scale), matrix: offset, width: Int32(width), height: Int32(height))
        let bands = EnvironmentDistribution.bands(rows: height)
        record.distribution = EnvironmentDistribution(
          rows: UnsafePointer(table.base), columns: UnsafePointer(table.base + bands), width: width, height: bands)
        return record
      }
    }
  }
}
