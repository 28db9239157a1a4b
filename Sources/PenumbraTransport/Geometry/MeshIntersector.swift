import CEmbree

/// Rays against the triangles of one mesh, outside of any scene.
///
/// May be asked by several threads at once. Not watertight along shared edges, as all of Penumbra's rays.
///
/// - Source: Wald et al. 2014, *Embree: A Kernel Framework for Efficient CPU Ray Tracing*.
public final class MeshIntersector: @unchecked Sendable {
  // Embree's scene is only read once it is built, and the arrays that it points to live as long as this.
  private let device: RTCDevice
  private let scene: RTCScene
  private let positions: UnsafeMutableBufferPointer<Float>
  private let triangles: UnsafeMutableBufferPointer<UInt32>

  /// - Parameters:
  ///   - positions: of vertices, shape [vertices].
  ///   - triangles: numbers of vertices, shape [triangles]; each below the number of vertices.
  /// - Throws: `.intersector` when Embree cannot be started or has no memory.
  public init(positions: [SIMD3<Float>], triangles: [SIMD3<UInt32>]) throws(TransportError) {
    // One build thread: the tree is the same on every machine.
    guard let device = rtcNewDevice("threads=1"), let scene = rtcNewScene(device) else {
      throw TransportError(.intersector, "Embree could not be started (error \(rtcGetDeviceError(nil).rawValue))")
    }
    (self.device, self.scene) = (device, scene)
    // Embree loads vertices by four floats.
    self.positions = .allocate(capacity: 3 * positions.count + 1)
    self.positions.initialize(repeating: 0)
    self.triangles = .allocate(capacity: 3 * triangles.count)
    self.triangles.initialize(repeating: 0)
    for (i, p) in positions.enumerated() { for k in 0..<3 { self.positions[3 * i + k] = p[k] } }
    for (i, t) in triangles.enumerated() { for k in 0..<3 { self.triangles[3 * i + k] = t[k] } }
    let geometry = rtcNewGeometry(device, RTC_GEOMETRY_TYPE_TRIANGLE)
    rtcSetSharedGeometryBuffer(
      geometry, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3, self.positions.baseAddress, 0, 12, positions.count)
    rtcSetSharedGeometryBuffer(
      geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3, self.triangles.baseAddress, 0, 12, triangles.count)
    rtcCommitGeometry(geometry)
    rtcAttachGeometry(scene, geometry)
    rtcReleaseGeometry(geometry)
    rtcCommitScene(scene)
    let error = rtcGetDeviceError(device)
    guard error == RTC_ERROR_NONE else {
      throw TransportError(.intersector, "Embree could not build the mesh (error \(error.rawValue))")
    }
  }

  deinit {
    rtcReleaseScene(scene)
    rtcReleaseDevice(device)
    positions.deallocate()
    triangles.deallocate()
  }

  /// The triangle that a ray meets first, its distance in lengths of `direction`, and the hit's barycentric coordinates b₁,
  /// b₂; `nil` when the ray meets none.
  public func firstHit(
    from origin: SIMD3<Float>, towards direction: SIMD3<Float>
  ) -> (triangle: Int, distance: Float, barycentric: SIMD2<Float>)? {
    var hit = CEmbreeHit()
    cembree_intersect(
      scene, origin.x, origin.y, origin.z, 0, direction.x, direction.y, direction.z, .infinity, &hit)
    guard hit.geometry != UInt32.max else { return nil }
    return (Int(hit.primitive), hit.t, SIMD2(hit.u, hit.v))
  }
}
