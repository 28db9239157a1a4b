/// Boxes around some of a scene's shapes, by which most rays pass.
struct BodyBoxes {
  let bodies: UnsafePointer<Body>
  let count: Int

  struct Body {
    /// Its box, a little enlarged.
    var low: Vector3
    var high: Vector3
    /// Index of the shape, as a number that packets compare.
    var shape: Float
  }

  /// Which of eight rays may meet them before `far`.
  ///
  /// - Parameter left: per ray, the shape that it cannot meet again, −1 for none.
  @inline(__always) func mayMeet(_ rays: PacketRays, before far: Packet, left: Packet) -> PacketMask {
    let inverse = PacketVector(
      Self.inverse(rays.direction.x), Self.inverse(rays.direction.y), Self.inverse(rays.direction.z))
    var result = PacketMask(repeating: false)
    for i in 0..<count {
      let (low, high) = (bodies[i].low, bodies[i].high)
      var (enter, leave) = (rays.near, far)
      Self.clip(low.x, high.x, rays.origin.x, inverse.x, &enter, &leave)
      Self.clip(low.y, high.y, rays.origin.y, inverse.y, &enter, &leave)
      Self.clip(low.z, high.z, rays.origin.z, inverse.z, &enter, &leave)
      result = result .| ((enter .<= leave) .& (left .!= bodies[i].shape))
    }
    return result
  }

  /// Reciprocals without infinities, of which multiples of 0 would make no number.
  @inline(__always) private static func inverse(_ x: Packet) -> Packet {
    1 / x.replacing(with: 1e-30, where: x.magnitudes .< 1e-30)
  }

  @inline(__always)
  private static func clip(
    _ low: Float, _ high: Float, _ origin: Packet, _ inverse: Packet, _ enter: inout Packet, _ leave: inout Packet
  ) {
    let (a, b) = ((low - origin) * inverse, (high - origin) * inverse)
    let isForward = a .<= b
    enter = enter.atLeast(b.replacing(with: a, where: isForward))
    leave = leave.atMost(a.replacing(with: b, where: isForward))
  }
}
