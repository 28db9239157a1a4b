import CEmbree

/// What all of Embree's scenes begin with.
enum EmbreeDevice {
  /// - Parameter onAllCores: for large scenes. One build thread keeps start-up short and the hierarchy the same on every
  ///   machine.
  static func start(onAllCores: Bool = false) throws(TransportError) -> RTCDevice {
    guard let device = rtcNewDevice(onAllCores ? "" : "threads=1") else {
      throw TransportError(.intersector, "Embree could not be started (error \(rtcGetDeviceError(nil).rawValue))")
    }
    return device
  }

  /// Throws what Embree has complained of.
  ///
  /// - Parameter purpose: what Embree was to do, "build the scene".
  static func check(_ device: RTCDevice, _ purpose: String) throws(TransportError) {
    let error = rtcGetDeviceError(device)
    guard error == RTC_ERROR_NONE else {
      throw TransportError(.intersector, "Embree could not \(purpose) (error \(error.rawValue))")
    }
  }

  /// A mesh that Embree reads where it is.
  ///
  /// - Parameters:
  ///   - positions: shape [vertexCount × 3], followed by one more number, since Embree loads four; outlives the geometry.
  ///   - triangles: shape [triangleCount × 3]; outlives the geometry.
  static func mesh(
    _ device: RTCDevice, positions: UnsafePointer<Float>, vertexCount: Int, triangles: UnsafePointer<UInt32>,
    triangleCount: Int
  ) -> RTCGeometry {
    let geometry = rtcNewGeometry(device, RTC_GEOMETRY_TYPE_TRIANGLE)!
    rtcSetSharedGeometryBuffer(
      geometry, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3, positions, 0, 12, vertexCount)
    rtcSetSharedGeometryBuffer(
      geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3, triangles, 0, 12, triangleCount)
    return geometry
  }
}
