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
    let cut = training.count { photo in photo.mask.map { touchesBorder($0, photo.width, photo.height) } ?? false }
    if training.count > 0, 2 * cut > training.count {
      warnings.append(
        "the object is cut off by the frame in \(cut) of \(training.count) photos: step back for better ones")
    }
    return warnings
  }

  private static func touchesBorder(_ mask: [Float], _ width: Int, _ height: Int) -> Bool {
    let border =
      (0..<width).map { mask[$0] + mask[(height - 1) * width + $0] }
      + (0..<height).map { mask[$0 * width] + mask[$0 * width + width - 1] }
    // A few pixels are noise.
    return border.count { $0 > 0.5 } > max(width, height) / 50
  }
}
