/// How programs name the axes of a camera. All of them are right-handed; none mirrors the picture.
public enum CameraConvention: String, Sendable, CaseIterable {
  /// +x right, +y down, looking along +z; COLMAP's cameras have the same axes.
  case openCV
  /// +x right, +y up, looking along −z; NeRF's transforms.json, Blender.
  case openGL
  /// +x left, +y up, looking along +z.
  case mitsuba

  /// Signs of right, down and forward along the convention's x, y and z.
  private var signs: SIMD3<Double> {
    switch self {
    case .openCV: [1, 1, 1]
    case .openGL: [1, -1, -1]
    case .mitsuba: [-1, -1, 1]
    }
  }

  /// A pose from a camera-to-world matrix.
  ///
  /// - Parameter matrix: 12 or 16 numbers, row-major, for column vectors; the last column is the camera's position.
  ///   A common scale of the axes is removed.
  /// - Returns: `nil` unless the first three columns are perpendicular, of one length and right-handed within 1 %.
  public func pose(cameraToWorld matrix: [Double]) -> CameraPose? {
    guard matrix.count == 12 || matrix.count == 16, matrix.allSatisfy(\.isFinite) else { return nil }
    func column(_ i: Int) -> SIMD3<Double> { [matrix[i], matrix[4 + i], matrix[8 + i]] }
    let (x, y, z) = (column(0), column(1), column(2))
    let sizes = [length(x), length(y), length(z)]
    guard let smallest = sizes.min(), let largest = sizes.max(), smallest > 0, largest / smallest < 1.01 else {
      return nil
    }
    let (a, b, c) = (x / sizes[0], y / sizes[1], z / sizes[2])
    guard abs(dot(a, b)) < 0.01, abs(dot(b, c)) < 0.01, abs(dot(c, a)) < 0.01, dot(cross(a, b), c) > 0 else {
      return nil
    }
    // Exactly orthonormal again: files hold rounded numbers.
    let forward = normalize(c * signs.z)
    let right = normalize(a * signs.x - forward * dot(a * signs.x, forward))
    return CameraPose(right: right, down: cross(forward, right), forward: forward, position: column(3))
  }

  /// The camera-to-world matrix of a pose, 16 numbers, row-major.
  public func cameraToWorld(_ pose: CameraPose) -> [Double] {
    let (x, y, z) = (pose.right * signs.x, pose.down * signs.y, pose.forward * signs.z)
    let p = pose.position
    return [x.x, y.x, z.x, p.x, x.y, y.y, z.y, p.y, x.z, y.z, z.z, p.z, 0, 0, 0, 1]
  }
}

extension CameraPose {
  /// COLMAP's image: a world-to-camera rotation as quaternion (w, x, y, z) and translation, x_camera = R x + t.
  ///
  /// - Returns: `nil` for a quaternion of zero or numbers that are not finite.
  public init?(colmapRotation q: SIMD4<Double>, translation t: SIMD3<Double>) {
    let size = (q * q).sum().squareRoot()
    guard size > 0, size.isFinite, t.x.isFinite, t.y.isFinite, t.z.isFinite else { return nil }
    let (w, x, y, z) = (q[0] / size, q[1] / size, q[2] / size, q[3] / size)
    // Rows of R are the camera's axes in the world.
    let right: SIMD3<Double> = [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)]
    let down: SIMD3<Double> = [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)]
    let forward: SIMD3<Double> = [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]
    self.init(right: right, down: down, forward: forward, position: -(right * t.x + down * t.y + forward * t.z))
  }
}
