/// The largest shape that masks allow (Laurentini 1994), as a signed field.
///
/// A point's value is the greatest, over the photos that see it, of its distance to the cone of the silhouette: the
/// distance to the outline in the picture times depth over focal length. Outside it underestimates the distance to
/// the hull, inside it is exact, and its zero set is the hull to a fraction of a pixel.
struct VisualHull: Sendable {
  private struct View: Sendable {
    let camera: Camera
    let distance: SilhouetteDistance
  }
  private let views: [View]

  /// - Parameter photos: all with masks.
  init(_ photos: [Photo]) {
    let results = Parallel.map(photos.count) { index -> View? in
      let photo = photos[index]
      guard let mask = photo.mask else { return nil }
      return View(
        camera: photo.camera, distance: SilhouetteDistance(mask: mask, width: photo.width, height: photo.height))
    }
    views = results.compactMap(\.self)
  }

  /// In world units, negative inside; positive infinity where no photo looks.
  func value(at point: SIMD3<Double>) -> Float {
    var greatest = -Float.infinity
    for view in views {
      guard let (pixel, depth) = view.camera.project(point), let distance = view.distance.sample(pixel) else {
        continue
      }
      greatest = max(greatest, distance * Float(depth / view.camera.pinhole.focal))
    }
    return greatest == -.infinity ? .infinity : greatest
  }

  func field(in box: Box, resolution: Int) -> ScalarField {
    var field = ScalarField(box: box, resolution: resolution) { grid, y, z in
      (0..<grid.size.x).map { value(at: SIMD3<Double>(grid.position($0, y, z))) }
    }
    let limit = field.spacing * 1000
    for i in field.values.indices { field.values[i] = min(field.values[i], limit) }
    field.closeBorder()
    return field
  }

  /// The box around the hull within `box`, found on a coarse grid; `nil` when nothing is inside all silhouettes.
  func bounds(within box: Box, resolution: Int = 64) -> Box? {
    let field = field(in: box, resolution: resolution)
    var (lower, upper) = (SIMD3<Float>(repeating: .infinity), SIMD3<Float>(repeating: -.infinity))
    for z in 0..<field.size.z {
      for y in 0..<field.size.y {
        // Half a cube's diagonal: thin parts may pass between the corners.
        for x in 0..<field.size.x where field.values[field.index(x, y, z)] < 0.9 * field.spacing {
          lower = pointwiseMin(lower, field.position(x, y, z))
          upper = pointwiseMax(upper, field.position(x, y, z))
        }
      }
    }
    guard lower.x <= upper.x, field.values.contains(where: { $0 < 0 }) else { return nil }
    return Box(SIMD3<Double>(lower), SIMD3<Double>(upper))
  }
}
