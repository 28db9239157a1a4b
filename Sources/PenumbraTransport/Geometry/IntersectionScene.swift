import CEmbree

/// Sole owner of an Embree device and scene; geometry `i` is shape `i`, or the instance after all shapes.
final class IntersectionScene {
  let handle: RTCScene
  private let device: RTCDevice
  private var groupScenes: [RTCScene] = []
  private var userData: [UnsafeMutablePointer<AnalyticShape.UserData>] = []

  /// Of more triangles none is cut for the hierarchy: that takes as long as tracing ten rays per triangle, which it
  /// shortens by a twentieth at most.
  private static let mostToSplit = 4096

  /// - Parameters:
  ///   - expanded: the expanded vector; Embree reads vertex positions from it without a copy.
  ///   - groups: the shapes of each group, which are seen through instances only.
  init(
    shapes: [ShapeRecord], vertexCounts: [Int], groups: [Range<Int>] = [],
    instances: [(group: Int, record: InstanceRecord)] = [], expanded: UnsafeMutablePointer<Float>
  ) throws(TransportError) {
    let triangleCount = shapes.reduce(0) { $0 + Int($1.triangleCount) }
    let quality = triangleCount < Self.mostToSplit ? RTC_BUILD_QUALITY_HIGH : RTC_BUILD_QUALITY_MEDIUM
    device = try EmbreeDevice.start(onAllCores: triangleCount >= 200_000)
    // Embree's default intersector, as Mitsuba uses: the robust one is watertight along shared edges and a fifth slower.
    handle = rtcNewScene(device)
    rtcSetSceneBuildQuality(handle, quality)
    var isGrouped = [Bool](repeating: false, count: shapes.count)
    for index in groups.joined() { isGrouped[index] = true }
    for (index, shape) in shapes.enumerated() where !isGrouped[index] {
      attach(shape, vertexCounts[index], expanded, to: handle, at: index)
    }
    for group in groups {
      let scene = rtcNewScene(device)!
      rtcSetSceneBuildQuality(scene, quality)
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
    try EmbreeDevice.check(device, "build the scene")
  }

  deinit {
    rtcReleaseScene(handle)
    for scene in groupScenes { rtcReleaseScene(scene) }
    rtcReleaseDevice(device)
    for data in userData { data.deallocate() }
  }

  /// Around all surfaces; empty for an empty scene.
  var bounds: Box {
    var box = RTCBounds()
    rtcGetSceneBounds(handle, &box)
    return Box(
      low: Vector3(box.lower_x, box.lower_y, box.lower_z), high: Vector3(box.upper_x, box.upper_y, box.upper_z))
  }

  /// Radius of a sphere around all surfaces; 1 for an empty scene.
  var radius: Float {
    let box = bounds
    let extent = box.high - box.low
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
    EmbreeDevice.mesh(
      device, positions: expanded + Int(shape.positions), vertexCount: vertexCount, triangles: shape.triangles,
      triangleCount: Int(shape.triangleCount))
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
