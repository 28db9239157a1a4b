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
  private let positions: OwnedBuffer<Float>
  private let triangles: OwnedBuffer<UInt32>

  /// - Parameters:
  ///   - positions: of vertices, shape [vertices].
  ///   - triangles: numbers of vertices, shape [triangles]; each below the number of vertices.
  /// - Throws: `.intersector` when Embree cannot be started or has no memory.
  public init(positions: [SIMD3<Float>], triangles: [SIMD3<UInt32>]) throws(TransportError) {
    device = try EmbreeDevice.start()
    scene = rtcNewScene(device)
    self.positions = OwnedBuffer(repeating: 0, count: 3 * positions.count + 1)
    self.triangles = OwnedBuffer(repeating: 0, count: 3 * triangles.count)
    for (i, p) in positions.enumerated() { for k in 0..<3 { self.positions.base[3 * i + k] = p[k] } }
    for (i, t) in triangles.enumerated() { for k in 0..<3 { self.triangles.base[3 * i + k] = t[k] } }
    let geometry = EmbreeDevice.mesh(
      device, positions: self.positions.base, vertexCount: positions.count,
      triangles: self.triangles.base, triangleCount: triangles.count)
    rtcCommitGeometry(geometry)
    rtcAttachGeometry(scene, geometry)
    rtcReleaseGeometry(geometry)
    rtcCommitScene(scene)
    try EmbreeDevice.check(device, "build the mesh")
  }

  deinit {
    rtcReleaseScene(scene)
    rtcReleaseDevice(device)
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
