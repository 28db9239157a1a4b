/// A photo ready for reconstruction: linear light through a pinhole.
public struct Photo: Sendable {
  /// As the cameras file spells it.
  public var name: String
  public var camera: Camera
  /// Linear RGB, shape [height × width × 3]; with a mask, times it.
  public var rgb: [Float]
  /// Share of each pixel that the object covers, shape [height × width]; `nil` without masks.
  public var mask: [Float]?
  /// 1 where the photo has a picture, 0 beyond its border, shape [height × width].
  public var validity: [Float]
  /// From EXIF, up to a factor common to all photos.
  public var exposure: Double?
  public var isHeldOut: Bool
  /// Standard deviation of the lens' point spread in pixels; 0 where it is not known.
  var blur: Float = 0

  public var width: Int { camera.pinhole.width }
  public var height: Int { camera.pinhole.height }

  /// The photo at a fraction 1 / `factor` of its size, by the mean of blocks.
  func reduced(by factor: Int) -> Photo {
    guard factor > 1 else { return self }
    var small = self
    let (w, h) = ((width + factor - 1) / factor, (height + factor - 1) / factor)
    small.camera.pinhole = Pinhole(
      width: w, height: h, focal: camera.pinhole.focal / Double(factor), cx: camera.pinhole.cx / Double(factor),
      cy: camera.pinhole.cy / Double(factor))
    small.blur = blur / Float(factor)
    small.rgb = reduce(rgb, channels: 3, by: factor, w, h)
    small.mask = mask.map { reduce($0, channels: 1, by: factor, w, h) }
    // A block that sticks out of the picture is not known.
    small.validity = reduce(validity, channels: 1, by: factor, w, h).map { $0 > 0.99 ? 1 : 0 }
    return small
  }

  /// Means of factor × factor blocks; what lies beyond the border counts as 0.
  private func reduce(_ values: [Float], channels: Int, by factor: Int, _ w: Int, _ h: Int) -> [Float] {
    var result = [Float](repeating: 0, count: w * h * channels)
    let share = 1 / Float(factor * factor)
    for y in 0..<height {
      for x in 0..<width {
        let (to, from) = (((y / factor) * w + x / factor) * channels, (y * width + x) * channels)
        for c in 0..<channels { result[to + c] += share * values[from + c] }
      }
    }
    return result
  }
}

/// Everything that is known of a scene before it is reconstructed.
public struct PhotoSet: Sendable {
  public var photos: [Photo]
  public var bounds: (SIMD3<Double>, SIMD3<Double>)?
  public var points: [SIMD3<Double>]
  public var warnings: [String]

  public var hasMasks: Bool { photos.first?.mask != nil }
  public var training: [Photo] { photos.filter { !$0.isHeldOut } }

  /// Moves the cameras of the photos to learn from, and takes factors out of their colours.
  ///
  /// - Parameters:
  ///   - poses: in their order.
  ///   - gains: logarithms of the factors per channel, in their order.
  mutating func place(training poses: [CameraPose], gains: [SIMD3<Double>]) {
    var rest = zip(poses, gains).makeIterator()
    for index in photos.indices where !photos[index].isHeldOut {
      guard let (pose, gain) = rest.next() else { return }
      photos[index].camera.pose = pose
      if gain != .zero { PhotoGains.apply(gain, to: &photos[index]) }
    }
  }

  /// Brings held-out photos to the exposure of the others: each by three factors, which say nothing of what it shows.
  mutating func balanceHeldOut(_ mesh: TriangleMesh) {
    let colors = PhotoProjection(photos: training).vertexColors(of: mesh)
    for index in photos.indices where photos[index].isHeldOut {
      guard let gain = PhotoGains.ofHeldOut(photos[index], mesh: mesh, colors: colors) else { continue }
      PhotoGains.apply(gain, to: &photos[index])
    }
  }
}
