/// The first surface of a reconstruction.
enum InitialShape {
  /// - Returns: a field around what the photos show, negative inside; its surface lies outside the true one.
  static func field(_ set: PhotoSet, resolution: Int) throws(ReconstructionError) -> ScalarField {
    let photos = set.training
    guard set.hasMasks else {
      guard let box = box(set) else {
        throw ReconstructionError(
          .invalidInput,
          "the photos: expected cameras that look at something together, found parallel lines of sight; name the "
            + "scene's box as \"aabb\" in transforms.json")
      }
      return ellipsoid(in: box, resolution: resolution)
    }
    guard let start = set.bounds.map({ Box($0, $1).grown(by: 0.1) }) ?? SceneBounds.ofMasks(photos) else {
      throw ReconstructionError(
        .invalidInput, "the masks: expected cameras that look at one object, found parallel lines of sight")
    }
    let hull = VisualHull(photos)
    guard let box = hull.bounds(within: start) else {
      throw ReconstructionError(
        .invalidInput,
        "the masks: expected silhouettes that agree on one object, found that nothing lies inside all \(photos.count) of "
          + "them; check that masks are white on the object and belong to these cameras")
    }
    let field = hull.field(in: box.grown(by: 0.05), resolution: resolution)
    guard field.values.contains(where: { $0 < 0 }) else {
      throw ReconstructionError(
        .invalidInput, "the masks: expected an object of some thickness, found less than a grid cell")
    }
    return field
  }

  static func box(_ set: PhotoSet) -> Box? {
    set.bounds.map { Box($0, $1) } ?? SceneBounds.ofPoints(set.points) ?? SceneBounds.ofViews(set.training)
  }

  /// An ellipsoid that fills a box.
  private static func ellipsoid(in box: Box, resolution: Int) -> ScalarField {
    var field = ScalarField(box: box.grown(by: 0.05), resolution: resolution) { grid, y, z in
      (0..<grid.size.x).map { x in
        let p = (SIMD3<Double>(grid.position(x, y, z)) - box.center) / ((box.upper - box.lower) / 2)
        return Float((length(p) - 1) * (box.upper - box.lower).min() / 2)
      }
    }
    field.closeBorder()
    return field
  }
}
