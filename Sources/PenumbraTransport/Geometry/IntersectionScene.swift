import CEmbree

/// Sole owner of an Embree device and scene; geometry `i` is shape `i`, or the instance after all shapes.
final class IntersectionScene {
  let handle: RTCScene
  private let device: RTCDevice
  private var groupScenes: [RTCScene] = []
  private var userData: [UnsafeMutablePointer<AnalyticShape.UserData>] = []

  /// - Parameters:
  ///   - expanded: the expanded vector; Embree reads vertex positions from it without a copy.
  ///   - groups: the shapes of each group, which are seen through instances only.
  init(
    shapes: [ShapeRecord], vertexCounts: [Int], groups: [Range<Int>] = [],
    instances: [(group: Int, record: InstanceRecord)] = [], expanded: UnsafeMutablePointer<Float>
  ) throws(TransportError) {
    // One build thread keeps start-up short and the tree the same on every machine; large scenes use all.
    let triangleCount = shapes.reduce(0) { $0 + Int($1.triangleCount) }
    guard let device = rtcNewDevice(triangleCount < 200_000 ? "threads=1" : "") else {
      throw TransportError(.intersector, "Embree could not be started (error \(rtcGetDeviceError(nil).rawValue))")
    }
    self.device = device
    // Embree's default intersector, as Mitsuba uses: the robust one is watertight along shared edges and a fifth slower.
    handle = rtcNewScene(device)
    rtcSetSceneBuildQuality(handle, triangleCount < 1_000_000 ? RTC_BUILD_QUALITY_HIGH : RTC_BUILD_QUALITY_MEDIUM)
    var isGrouped = [Bool](repeating: false, count: shapes.count)
    for index in groups.joined() { isGrouped[index] = true }
    for (index, shape) in shapes.enumerated() where !isGrouped[index] {
      attach(shape, vertexCounts[index], expanded, to: handle, at: index)
    }
    for group in groups {
      let scene = rtcNewScene(device)!
      rtcSetSceneBuildQuality(scene, RTC_BUILD_QUALITY_HIGH)
      for index in group {
        attach(shapes[index], vertexCounts[index], expanded, to: scene, at: index - group.lowerBound)
      }
      rtcCommitScene(scene)
      groupScenes.append(scene)
    }
    for (index, instance) in instances.enumerated() {
      let geometry = rtcNewGeometry(device, RTC_GEOMETRY_TYPE_INSTANCE)!
      rtcSetGeometryInstancedScene(geometry, groupScenes[instance.group])
      rtcSetGeometryTransform(geometry, 0, RTC_FORMAT_FLOAT3X4_ROW_MAJOR, expanded + Int(instance.record.matrix))
      rtcCommitGeometry(geometry)
      rtcAttachGeometryByID(handle, geometry, UInt32(shapes.count + index))
      rtcReleaseGeometry(geometry)
    }
    rtcCommitScene(handle)
    let error = rtcGetDeviceError(device)
    guard error == RTC_ERROR_NONE else {
      throw TransportError(.intersector, "Embree could not build the scene (error \(error.rawValue))")
    }
  }

  deinit {
    rtcReleaseScene(handle)
    for scene in groupScenes { rtcReleaseScene(scene) }
    rtcReleaseDevice(device)
    for data in userData { data.deallocate() }
  }

  /// Radius of a sphere around all surfaces; 1 for an empty scene.
  var radius: Float {
    var box = RTCBounds()
    rtcGetSceneBounds(handle, &box)
    let extent = Vector3(box.upper_x - box.lower_x, box.upper_y - box.lower_y, box.upper_z - box.lower_z)
    return extent.x >= 0 && extent.length.isFinite ? max(0.5 * extent.length, 1e-6) : 1
  }

  private func attach(
    _ shape: ShapeRecord, _ vertexCount: Int, _ expanded: UnsafeMutablePointer<Float>, to scene: RTCScene, at index: Int
  ) {
    let geometry =
      shape.kind == .mesh ? mesh(shape, vertexCount: vertexCount, expanded) : analytic(shape, expanded)
    rtcCommitGeometry(geometry)
    rtcAttachGeometryByID(scene, geometry, UInt32(index))
    rtcReleaseGeometry(geometry)
  }

  private func mesh(_ shape: ShapeRecord, vertexCount: Int, _ expanded: UnsafeMutablePointer<Float>) -> RTCGeometry {
    let geometry = rtcNewGeometry(device, RTC_GEOMETRY_TYPE_TRIANGLE)!
    rtcSetSharedGeometryBuffer(
      geometry, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3, expanded + Int(shape.positions), 0, 12, vertexCount)
    rtcSetSharedGeometryBuffer(
      geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3, UnsafeRawPointer(shape.triangles), 0, 12,
      Int(shape.triangleCount))
    return geometry
  }

  private func analytic(_ shape: ShapeRecord, _ expanded: UnsafeMutablePointer<Float>) -> RTCGeometry {
    let geometry = rtcNewGeometry(device, RTC_GEOMETRY_TYPE_USER)!
    let data = UnsafeMutablePointer<AnalyticShape.UserData>.allocate(capacity: 1)
    data.initialize(to: AnalyticShape.UserData(matrix: expanded + Int(shape.matrix), kind: shape.kind))
    userData.append(data)
    rtcSetGeometryUserPrimitiveCount(geometry, 1)
    rtcSetGeometryUserData(geometry, data)
    rtcSetGeometryBoundsFunction(geometry, AnalyticShape.boundsCallback, nil)
    rtcSetGeometryIntersectFunction(geometry, AnalyticShape.intersectCallback)
    rtcSetGeometryOccludedFunction(geometry, AnalyticShape.occludedCallback)
    return geometry
  }
}
