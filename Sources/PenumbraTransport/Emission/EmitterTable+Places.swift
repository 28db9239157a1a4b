extension EmitterTable {
  /// Where a light without size is; `nil` for one at infinity.
  func position(_ record: EmitterRecord, _ e: UnsafePointer<Float>) -> Vector3? {
    let location = e + Int(record.location)
    switch record.kind {
    case .point: return Vector3(location[0], location[1], location[2])
    case .spot, .projector: return Vector3(location[3], location[7], location[11])
    case .directional, .area, .constant, .environment: return nil
    }
  }

  /// Unit direction to a directional light.
  func towards(_ record: EmitterRecord, _ e: UnsafePointer<Float>) -> Vector3 {
    let location = e + Int(record.location)
    return Vector3(location[0], location[1], location[2]).normalized * -1
  }
}
