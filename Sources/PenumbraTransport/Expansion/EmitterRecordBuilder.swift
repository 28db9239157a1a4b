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
      case .spot(let intensity, let texture, let cutoff, let beam, _):
        var record = EmitterRecord(kind: .spot, texture: Int32(intensity.index), location: offset)
        record.profile = LightProfile(
          kind: .spot, matrix: offset, first: Int32(cutoff), second: Int32(beam),
          picture: texture.map { Int32($0.index) } ?? -1)
        return record
      case .projector(let irradiance, let scale, let fov, let aspect, _):
        var record = EmitterRecord(kind: .projector, texture: Int32(irradiance.index), location: offset)
        record.profile = LightProfile(
          kind: .projector, matrix: offset, first: Int32(scale), second: Int32(fov), picture: record.texture,
          aspect: aspect)
        return record
      case .constant(let radiance): return EmitterRecord(kind: .constant, texture: Int32(radiance.index))
      case .environment(let data, let width, let height, let scale, _):
        var record = EmitterRecord(kind: .environment)
        record.environment = EnvironmentMap(
          data: Int32(data), scale: Int32(scale), matrix: offset, width: Int32(width), height: Int32(height))
        record.distribution = EnvironmentDistribution(UnsafePointer(table.base), width: width, height: height)
        return record
      }
    }
  }
}
