/// Whether masks and cameras can belong together at all, and how else the cameras may be meant.
enum SilhouetteCheck {
  /// Ways to read a camera's matrix that are often mixed up with camera-to-world in OpenGL axes.
  private static let readings: [(name: String, pose: @Sendable (CameraPose) -> CameraPose?)] = [
    (
      "camera-to-world in OpenCV axes (y down, looking along +z)",
      { CameraConvention.openCV.pose(cameraToWorld: matrix($0)) }
    ),
    ("world-to-camera in OpenGL axes", { CameraConvention.openGL.pose(cameraToWorld: inverse(matrix($0))) }),
    (
      "world-to-camera in OpenCV axes (as COLMAP writes them)",
      { CameraConvention.openCV.pose(cameraToWorld: inverse(matrix($0))) }
    ),
  ]

  /// - Parameters:
  ///   - set: with masks.
  ///   - path: of the photos, for messages.
  /// - Throws: `.invalidInput` when no point lies inside all masks, with the reading of the cameras under which some do.
  static func verify(_ set: PhotoSet, path: String) throws(ReconstructionError) {
    let photos = set.training
    if hasHull(photos, set.bounds) { return }
    for (name, pose) in readings {
      var others = photos
      for index in others.indices {
        if let other = pose(photos[index].camera.pose) { others[index].camera.pose = other }
      }
      guard others.map(\.camera.pose) != photos.map(\.camera.pose), hasHull(others, set.bounds) else { continue }
      throw ReconstructionError(
        .invalidInput,
        "\(path): expected cameras as camera-to-world in OpenGL axes (y up, looking along −z), found that the masks agree "
          + "on an object only when they are read as \(name); convert them")
    }
    throw ReconstructionError(
      .invalidInput,
      "\(path): expected silhouettes that agree on one object, found that nothing lies inside all \(photos.count) of "
        + "them; check that masks are white on the object and belong to these cameras")
  }

  private static func hasHull(_ photos: [Photo], _ bounds: (SIMD3<Double>, SIMD3<Double>)?) -> Bool {
    guard let box = bounds.map({ Box($0, $1).grown(by: 0.1) }) ?? SceneBounds.ofMasks(photos) else { return false }
    guard let hull = VisualHull(photos).bounds(within: box) else { return false }
    // Photos that do not show the place say nothing of it: something is always inside the masks of a few.
    let seeing = photos.count { photo in
      guard let pixel = photo.camera.project(hull.center)?.pixel else { return false }
      return pixel.x > 0 && pixel.y > 0 && pixel.x < Double(photo.width) && pixel.y < Double(photo.height)
    }
    return 2 * seeing > photos.count
  }

  private static func matrix(_ pose: CameraPose) -> [Double] { CameraConvention.openGL.cameraToWorld(pose) }

  /// Of a rotation and a translation, 16 numbers, row-major.
  private static func inverse(_ m: [Double]) -> [Double] {
    let rows = (0..<3).map { c -> [Double] in
      let axis: SIMD3<Double> = [m[c], m[4 + c], m[8 + c]]
      return [axis.x, axis.y, axis.z, -dot(axis, [m[3], m[7], m[11]])]
    }
    return rows.flatMap(\.self) + [0, 0, 0, 1]
  }
}
