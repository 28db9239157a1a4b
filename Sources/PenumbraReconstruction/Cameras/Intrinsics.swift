/// A camera's picture and lens as files describe it.
public struct Intrinsics: Sendable, Equatable {
  /// Size of the picture in pixels.
  public var width: Int
  public var height: Int
  /// Focal lengths and principal point in pixels; (0, 0) is the upper left corner of the first pixel.
  public var fx: Double
  public var fy: Double
  public var cx: Double
  public var cy: Double
  public var lens: Lens

  public init(width: Int, height: Int, fx: Double, fy: Double, cx: Double, cy: Double, lens: Lens = .pinhole) {
    (self.width, self.height) = (width, height)
    (self.fx, self.fy, self.cx, self.cy, self.lens) = (fx, fy, cx, cy, lens)
  }

  /// Pixel position of a direction in the camera's axes (right, down, forward).
  public func project(_ direction: SIMD3<Double>) -> SIMD2<Double>? {
    lens.distort(direction).map { SIMD2(cx + fx * $0.x, cy + fy * $0.y) }
  }

  /// The same camera for the picture resampled to another size.
  public func scaled(width: Int, height: Int) -> Intrinsics {
    let (sx, sy) = (Double(width) / Double(self.width), Double(height) / Double(self.height))
    return Intrinsics(width: width, height: height, fx: fx * sx, fy: fy * sy, cx: cx * sx, cy: cy * sy, lens: lens)
  }
}

/// A camera without distortion and with square pixels: what a photo is resampled to before it is used.
public struct Pinhole: Sendable, Equatable {
  public var width: Int
  public var height: Int
  /// In pixels.
  public var focal: Double
  public var cx: Double
  public var cy: Double

  public init(width: Int, height: Int, focal: Double, cx: Double, cy: Double) {
    (self.width, self.height, self.focal, self.cx, self.cy) = (width, height, focal, cx, cy)
  }

  /// The nearest camera of this kind, for a picture whose longer side is at most `maximumSide`.
  public init(_ intrinsics: Intrinsics, maximumSide: Int) {
    let longer = max(intrinsics.width, intrinsics.height)
    let scale = min(1, Double(maximumSide) / Double(longer))
    let width = max(1, Int((Double(intrinsics.width) * scale).rounded()))
    let height = max(1, Int((Double(intrinsics.height) * scale).rounded()))
    let small = intrinsics.scaled(width: width, height: height)
    self.init(width: width, height: height, focal: (small.fx * small.fy).squareRoot(), cx: small.cx, cy: small.cy)
  }

  /// Direction in the camera's axes through a pixel position, with forward component 1.
  public func direction(_ pixel: SIMD2<Double>) -> SIMD3<Double> {
    [(pixel.x - cx) / focal, (pixel.y - cy) / focal, 1]
  }

  public func scaled(width: Int, height: Int) -> Pinhole {
    let (sx, sy) = (Double(width) / Double(self.width), Double(height) / Double(self.height))
    return Pinhole(width: width, height: height, focal: focal * (sx * sy).squareRoot(), cx: cx * sx, cy: cy * sy)
  }

  /// Horizontal field of view in degrees.
  public var horizontalFieldOfView: Double { Angle.degrees(2 * Angle.arctangent(Double(width) / (2 * focal))) }
  /// Mitsuba's `principal_point_offset_x` and `_y`.
  public var principalPointOffset: SIMD2<Double> {
    [(Double(width) / 2 - cx) / Double(width), (Double(height) / 2 - cy) / Double(height)]
  }
}

/// A pinhole somewhere in the world.
public struct Camera: Sendable, Equatable {
  public var pinhole: Pinhole
  public var pose: CameraPose

  public init(_ pinhole: Pinhole, _ pose: CameraPose) { (self.pinhole, self.pose) = (pinhole, pose) }

  /// Pixel position and depth along the view of a world point; `nil` behind the camera.
  @inline(__always)
  public func project(_ point: SIMD3<Double>) -> (pixel: SIMD2<Double>, depth: Double)? {
    let p = pose.local(point)
    guard p.z > 1e-9 else { return nil }
    return ([pinhole.cx + pinhole.focal * p.x / p.z, pinhole.cy + pinhole.focal * p.y / p.z], p.z)
  }
}
