import CEmbree
import Foundation

/// Pairs of boxes that overlap, by Embree's collision of two hierarchies.
enum CollisionPairs {
  /// What the callback writes to.
  private final class Collector {
    let lock = NSLock()
    var pairs: [SIMD2<UInt32>] = []
    let mayCollide: (Int, Int) -> Bool

    init(_ mayCollide: @escaping (Int, Int) -> Bool) { self.mayCollide = mayCollide }
  }

  /// Indices (i, j), i < j, of boxes that overlap, in order.
  ///
  /// - Parameter mayCollide: tells which pairs count; called from several threads.
  /// - Throws: when Embree cannot build the hierarchy.
  static func find(_ boxes: [Box], where mayCollide: @escaping (Int, Int) -> Bool = { _, _ in true })
    throws(TransportError) -> [SIMD2<UInt32>]
  {
    guard boxes.count > 1 else { return [] }
    let boxes = OwnedBuffer(
      boxes.map { box in
        RTCBounds(
          lower_x: box.low.x, lower_y: box.low.y, lower_z: box.low.z, align0: 0, upper_x: box.high.x,
          upper_y: box.high.y, upper_z: box.high.z, align1: 0)
      })
    let device = try EmbreeDevice.start()
    defer { rtcReleaseDevice(device) }
    let scene = rtcNewScene(device)
    defer { rtcReleaseScene(scene) }
    let geometry = rtcNewGeometry(device, RTC_GEOMETRY_TYPE_USER)
    rtcSetGeometryUserPrimitiveCount(geometry, UInt32(boxes.count))
    rtcSetGeometryUserData(geometry, boxes.base)
    rtcSetGeometryBoundsFunction(
      geometry,
      { arguments in
        guard let arguments, let user = arguments.pointee.geometryUserPtr else { return }
        arguments.pointee.bounds_o.pointee =
          user.assumingMemoryBound(to: RTCBounds.self)[Int(arguments.pointee.primID)]
      }, nil)
    rtcCommitGeometry(geometry)
    rtcAttachGeometry(scene, geometry)
    rtcReleaseGeometry(geometry)
    rtcCommitScene(scene)
    let collector = Collector(mayCollide)
    rtcCollide(
      scene, scene,
      { user, collisions, count in
        guard let user, let collisions else { return }
        let collector = Unmanaged<Collector>.fromOpaque(user).takeUnretainedValue()
        for k in 0..<Int(count) {
          let (i, j) = (collisions[k].primID0, collisions[k].primID1)
          guard i < j, collector.mayCollide(Int(i), Int(j)) else { continue }
          collector.lock.withLock { collector.pairs.append(SIMD2(i, j)) }
        }
      }, Unmanaged.passUnretained(collector).toOpaque())
    try EmbreeDevice.check(device, "collide surfaces")
    withExtendedLifetime(boxes) {}
    return collector.pairs.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
  }
}
