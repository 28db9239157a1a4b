/// Whether photos show enough to be reconstructed.
enum Coverage {
  /// One line per fault that will be seen in the result.
  static func warnings(_ photos: [Photo]) -> [String] {
    var warnings: [String] = []
    let training = photos.filter { !$0.isHeldOut }
    if training.count < 8 {
      warnings.append("only \(training.count) photos to learn from: what they do not show will be wrong; 20 work well")
    }
    let directions = training.map(\.camera.pose.forward)
    if let first = directions.first {
      let widest = directions.map { dot($0, first) }.min() ?? 1
      if widest > cosine(Angle.radians(20)) {
        warnings.append(
          "all photos look in nearly the same direction: depth and the far side will be guesses; walk around the object"
        )
      }
    }
    // With masks this is an error, which says more.
    if training.first?.mask == nil, lookAway(training) {
      warnings.append(
        "most photos look away from where their lines of sight meet: are the cameras in OpenCV axes (y down, looking along "
          + "+z)? OpenGL axes are expected")
    }
    let cut = training.count { photo in photo.mask.map { touchesBorder($0, photo.width, photo.height) } ?? false }
    if training.count > 0, 2 * cut > training.count {
      warnings.append(
        "the object is cut off by the frame in \(cut) of \(training.count) photos: step back for better ones")
    }
    return warnings
  }

  /// Whether the point nearest to all lines of sight lies behind most of the cameras.
  private static func lookAway(_ photos: [Photo]) -> Bool {
    let cameras = photos.map(\.camera)
    let centers = cameras.map { SIMD2(Double($0.pinhole.width) / 2, Double($0.pinhole.height) / 2) }
    guard let focus = SceneBounds.focus(cameras, targets: centers) else { return false }
    return 2 * cameras.count { dot($0.pose.forward, focus - $0.pose.position) < 0 } > cameras.count
  }

  private static func touchesBorder(_ mask: [Float], _ width: Int, _ height: Int) -> Bool {
    let border =
      (0..<width).map { mask[$0] + mask[(height - 1) * width + $0] }
      + (0..<height).map { mask[$0 * width] + mask[$0 * width + width - 1] }
    // A few pixels are noise.
    return border.count { $0 > 0.5 } > max(width, height) / 50
  }
}
