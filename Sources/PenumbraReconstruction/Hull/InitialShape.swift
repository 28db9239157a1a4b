/// The first surface of a reconstruction.
enum InitialShape {
  /// - Parameters:
  ///   - set: with masks.
  ///   - resolution: cubes along the longest side; fewer where photos show less.
  ///   - refinement: how much finer later grids are.
  /// - Returns: a field around what the photos show, negative inside; its surface lies outside the true one.
  static func field(_ set: PhotoSet, resolution: Int, refinement: Int) throws(ReconstructionError)
    -> ScalarField
  {
    let photos = set.training
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
    let grown = box.grown(by: 0.05)
    // The finest cubes are as large as pixels at least: smaller ones cost time and show nothing.
    let pixels = (grown.upper - grown.lower).max() / Double(ShapeStage.pixelSize(photos, at: grown.center))
    let field = hull.field(in: grown, resolution: min(resolution, max(Int(pixels) / refinement, 16)))
    guard field.values.contains(where: { $0 < 0 }) else {
      throw ReconstructionError(
        .invalidInput, "the masks: expected an object of some thickness, found less than a grid cell")
    }
    return field
  }

  /// Where to look for a scene without masks.
  static func box(_ set: PhotoSet) -> Box? {
    set.bounds.map { Box($0, $1) } ?? SceneBounds.ofPoints(set.points) ?? SceneBounds.ofViews(set.training)
  }
}
