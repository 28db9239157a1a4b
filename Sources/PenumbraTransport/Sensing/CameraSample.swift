/// Where a path starts: what stays fixed while the camera moves.
struct CameraSample {
  /// Film position in [0, 1]².
  var film: SIMD2<Float>
  /// A point of the unit disk, (0, 0) for a pinhole.
  var lens = SIMD2<Float>.zero
  /// Factor of the path's radiance, of either sign.
  var weight: Float = 1
}
