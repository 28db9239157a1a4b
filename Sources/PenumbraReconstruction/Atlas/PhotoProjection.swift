/// The first texture: colours of photos laid onto the surface that they see.
struct PhotoProjection {
  let photos: [Photo]

  /// Linear RGB of every texel, shape [height × width × 3]; those that no photo sees get their surroundings' colour.
  func texture(for mesh: TriangleMesh, _ atlas: UVAtlas) -> [Float] {
    let views = views(of: mesh)
    let texels = atlas.surfaceTexels()
    let normals = mesh.vertexNormals()
    let chunks = Parallel.ranges(texels.count, parts: 64)
    let colors = Parallel.map(chunks.count) { chunk in
      texels[chunks[chunk]].map { color(of: $0, mesh, normals, views) }
    }
    var texture = [Float](repeating: 0, count: 3 * atlas.width * atlas.height)
    var known = [Bool](repeating: false, count: atlas.width * atlas.height)
    for (chunk, found) in zip(chunks, colors) {
      for (texel, color) in zip(texels[chunk], found) {
        guard let color else { continue }
        known[Int(texel.index)] = true
        for c in 0..<3 { texture[3 * Int(texel.index) + c] = color[c] }
      }
    }
    if !known.contains(true) { return [Float](repeating: 0.5, count: texture.count) }
    TextureFill.dilate(&texture, channels: 3, known: &known, width: atlas.width, height: atlas.height, rounds: 3)
    TextureFill.fill(&texture, channels: 3, known: known, width: atlas.width, height: atlas.height)
    return texture
  }

  /// Mean colour that the photos show of each vertex; `nil` where none sees it.
  func vertexColors(of mesh: TriangleMesh) -> [SIMD3<Float>?] {
    let (views, normals) = (views(of: mesh), mesh.vertexNormals())
    let chunks = Parallel.ranges(mesh.positions.count, parts: 16)
    return Parallel.map(chunks.count) { chunk in
      chunks[chunk].map { color(at: SIMD3<Double>(mesh.positions[$0]), normal: normals[$0], views) }
    }.flatMap(\.self)
  }

  private func views(of mesh: TriangleMesh) -> [View] {
    let photos = photos
    return Parallel.map(photos.count) { index in
      let photo = photos[index]
      return View(
        photo: photo, depth: DepthMap(mesh, from: photo.camera),
        // Colours near the outline are mixed with what lies behind.
        inner: photo.mask.map { SilhouetteDistance(mask: $0, width: photo.width, height: photo.height) })
    }
  }

  private struct View: Sendable {
    let photo: Photo
    let depth: DepthMap
    let inner: SilhouetteDistance?
  }

  private func color(
    of texel: SurfaceTexel, _ mesh: TriangleMesh, _ normals: [SIMD3<Float>], _ views: [View]
  ) -> SIMD3<Float>? {
    let t = mesh.triangles[Int(texel.triangle)]
    let (a, b, c) = mesh.corners(t)
    let point = SIMD3<Double>(a * texel.at.x + b * texel.at.y + c * texel.at.z)
    let normal = normalize(
      normals[Int(t.x)] * texel.at.x + normals[Int(t.y)] * texel.at.y + normals[Int(t.z)] * texel.at.z)
    return color(at: point, normal: normal, views)
  }

  private func color(at point: SIMD3<Double>, normal: SIMD3<Float>, _ views: [View]) -> SIMD3<Float>? {
    var (sum, total) = (SIMD3<Float>.zero, Float(0))
    visit(point, normal, views) { index, pixel, weight in
      let photo = views[index].photo
      sum += weight * Bilinear(pixel, photo.width, photo.height).color(photo.rgb)
      total += weight
    }
    return total > 0 ? sum / total : nil
  }

  /// A photo that sees a point, the place in it, and how well it sees the point.
  struct Sighting: Sendable {
    let view: Int
    let pixel: SIMD2<Double>
    let weight: Float
  }

  /// The photos that see each of some vertices.
  func sightings(of vertices: [Int], _ mesh: TriangleMesh) -> [[Sighting]] {
    let (views, normals) = (views(of: mesh), mesh.vertexNormals())
    return Parallel.map(vertices.count) { number in
      let vertex = vertices[number]
      var found: [Sighting] = []
      visit(SIMD3<Double>(mesh.positions[vertex]), normals[vertex], views) {
        found.append(Sighting(view: $0, pixel: $1, weight: $2))
      }
      return found
    }
  }

  /// Calls `body` with the number of each view that sees a point, the place in its photo, and a weight.
  @inline(__always)
  private func visit(
    _ point: SIMD3<Double>, _ normal: SIMD3<Float>, _ views: [View], _ body: (Int, SIMD2<Double>, Float) -> Void
  ) {
    for (index, view) in views.enumerated() {
      guard let (pixel, depth) = view.photo.camera.project(point) else { continue }
      let p = view.photo.camera.pinhole
      guard pixel.x > 1, pixel.y > 1, pixel.x < Double(p.width - 1), pixel.y < Double(p.height - 1) else { continue }
      let towards = normalize(SIMD3<Float>(view.photo.camera.pose.position - point))
      let cosine = dot(normal, towards)
      guard cosine > 0.1 else { continue }
      // Two pixels' width of depth is the surface's own slope and rounding.
      let slack = Float(2 * depth / p.focal) / cosine
      guard let seen = view.depth.range(at: pixel), Float(depth) < seen.lowerBound + slack else { continue }
      var weight = cosine * cosine * cosine * cosine
      if let inner = view.inner {
        guard let distance = inner.sample(pixel), distance < -1 else { continue }
        weight *= min(-distance / 4, 1)
      }
      body(index, pixel, weight)
    }
  }
}
