/// What photos show of points of a surface: where each of them sees the point, and how well.
struct Sightings: Sendable {
  /// The mesh's vertices that are asked for.
  let vertices: [Int]
  /// Where each vertex's sightings are, shape [vertices + 1].
  let starts: [Int]
  /// Photo, place in pixels, and weight of each.
  let photos: [Int32]
  let places: [SIMD2<Double>]
  let weights: [Float]

  /// Photos a point must be in for anything to be said of how it changes with the view.
  private static let fewest = 3

  /// - Parameter count: of vertices, at most; they lie evenly in the mesh's order.
  init(_ photos: [Photo], of mesh: TriangleMesh, atMost count: Int) {
    let step = max(1, (mesh.positions.count + count - 1) / count)
    let candidates = Array(stride(from: 0, to: mesh.positions.count, by: step))
    let found = PhotoProjection(photos: photos).sightings(of: candidates, mesh)
    var (vertices, starts) = ([Int](), [0])
    var (views, places, weights) = ([Int32](), [SIMD2<Double>](), [Float]())
    for (vertex, seen) in zip(candidates, found) where seen.count >= Self.fewest {
      vertices.append(vertex)
      for sighting in seen {
        views.append(Int32(sighting.view))
        places.append(sighting.pixel)
        weights.append(sighting.weight)
      }
      starts.append(views.count)
    }
    (self.vertices, self.starts, self.photos, self.places, self.weights) = (vertices, starts, views, places, weights)
  }

  /// Colours of pictures that were taken from the photos' places, less the mean over each point's sightings, shape
  /// [sightings].
  func deviations(in pictures: [Photo]) -> [SIMD3<Float>] {
    let chunks = Parallel.ranges(vertices.count, parts: 32)
    return Parallel.map(chunks.count) { chunk in
      var result: [SIMD3<Float>] = []
      for vertex in chunks[chunk] {
        let range = starts[vertex]..<starts[vertex + 1]
        let colors = range.map { i in
          let picture = pictures[Int(photos[i])]
          return Bilinear(places[i], picture.width, picture.height).color(picture.rgb)
        }
        var (sum, total) = (SIMD3<Float>.zero, Float(0))
        for (i, color) in zip(range, colors) {
          sum += weights[i] * color
          total += weights[i]
        }
        result += colors.map { $0 - sum / total }
      }
      return result
    }.flatMap(\.self)
  }
}
