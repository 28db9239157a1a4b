/// Where a camera is and how it is turned: its axes in the world, in the manner of computer vision.
public struct CameraPose: Sendable, Equatable {
  /// Unit vectors in the world, right-handed: `right` × `down` = `forward`.
  public var right: SIMD3<Double>
  public var down: SIMD3<Double>
  public var forward: SIMD3<Double>
  /// Centre of projection, in world units.
  public var position: SIMD3<Double>

  public init(right: SIMD3<Double>, down: SIMD3<Double>, forward: SIMD3<Double>, position: SIMD3<Double>) {
    (self.right, self.down, self.forward, self.position) = (right, down, forward, position)
  }

  /// Coordinates of a world point in the camera: right, down, forward.
  public func local(_ point: SIMD3<Double>) -> SIMD3<Double> {
    let offset = point - position
    return [dot(right, offset), dot(down, offset), dot(forward, offset)]
  }

  /// World direction of a direction in the camera.
  public func world(_ direction: SIMD3<Double>) -> SIMD3<Double> {
    right * direction.x + down * direction.y + forward * direction.z
  }

  /// Turned by an axis-angle vector about world axes through its own position, then moved.
  public func moved(rotation: SIMD3<Double>, translation: SIMD3<Double>) -> CameraPose {
    let angle = length(rotation)
    func turn(_ v: SIMD3<Double>) -> SIMD3<Double> {
      guard angle > 0 else { return v }
      let axis = rotation / angle
      return v * cosine(angle) + cross(axis, v) * sine(angle) + axis * dot(axis, v) * (1 - cosine(angle))
    }
    return CameraPose(
      right: turn(right), down: turn(down), forward: turn(forward), position: position + translation)
  }
}
