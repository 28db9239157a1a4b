import PenumbraTransport

/// Moves the vertices of a mesh until its pictures, with the photos' own colours on it, are the photos.
///
/// Colours are laid onto the surface from the photos, not descended to: means over photos hold less noise than a few
/// hundred random steps of millions of texels, and what the steps cost is left for the shape.
struct ShapeStage {
  /// What a stage is given.
  struct Settings {
    /// Wanted edge length, in pixels of the photos.
    var edgePixels: Float
    /// At most so many steps.
    var iterations: Int
    /// Photos per step.
    var batch: Int
    var samplesPerPixel = 2
    /// Spread of large steps.
    var lambda: Float = 30
    /// First step of the vertices, in edge lengths.
    var rate: Float = 0.03
    /// Limit of the mesh: coarser edges are taken where they would be more.
    var mostTriangles = 300_000
    /// Limit of the texture's sides, in texels.
    var largestTexture = 2048
  }

  let photos: [Photo]
  let settings: Settings
  let seed: UInt64
  let threads: Int?
  let monitor: StageMonitor

  /// - Returns: the mesh and its texture of radiance.
  func run(
    _ start: TriangleMesh, surroundings: Surroundings?, until deadline: Deadline
  ) throws(ReconstructionError) -> TexturedMesh {
    guard let box = start.bounds else { throw ReconstructionError(.failed, "the mesh has no vertices") }
    let pixel = Self.pixelSize(photos, at: box.center)
    // Triangles of nearly equal sides: √3 / 4 of their square.
    let finest = (start.area / (0.433 * Float(settings.mostTriangles))).squareRoot()
    let edge = max(settings.edgePixels * pixel, finest)
    let mesh = Remesher.remesh(start, edgeLength: edge)
    let (moved, far) = try descend(mesh, surroundings, edge: edge, texel: 2 * pixel, box, until: deadline)
    let atlas = UVAtlas(moved, texelsPerUnit: 1.2 / pixel, largestSide: settings.largestTexture)
    let texels = PhotoProjection(photos: photos).texture(for: moved, atlas)
    return TexturedMesh(mesh: moved, atlas: atlas, texels: texels, surroundings: far)
  }

  /// - Parameter texel: size of the colours' texels, in world units.
  private func descend(
    _ mesh: TriangleMesh, _ surroundings: Surroundings?, edge: Float, texel: Float, _ box: Box,
    until deadline: Deadline
  ) throws(ReconstructionError) -> (TriangleMesh, Surroundings?) {
    let atlas = UVAtlas(mesh, texelsPerUnit: 1 / texel, largestSide: settings.largestTexture / 2)
    let texture = PhotoProjection(photos: photos).texture(for: mesh, atlas)
    // Every photo twice: the smaller ones, whose pictures cost a quarter, lead most of the way and judge it.
    let views = photos.map { $0.reduced(by: 2) } + photos
    let targets = Parallel.map(views.count) { ViewTarget(views[$0], backdrop: ShapeScene.backdrop) }
    let model = try ShapeScene(
      mesh, atlas, texture: texture, surroundings: surroundings, cameras: views.map(\.camera), box: box)
    let descent = try ShapeDescent(
      stage: self, model: model, targets: targets, triangles: atlas.triangles, edge: edge)
    let (positions, colors) = try descent.run(until: deadline)
    var moved = mesh
    for (vertex, source) in atlas.sources.enumerated() {
      moved.positions[Int(source)] = SIMD3(positions[3 * vertex], positions[3 * vertex + 1], positions[3 * vertex + 2])
    }
    var far = surroundings
    far?.colors = colors
    return (moved, far)
  }

  /// World size of a pixel at a point, in the middle of the photos.
  static func pixelSize(_ photos: [Photo], at point: SIMD3<Double>) -> Float {
    let sizes = photos.map { Float($0.camera.pose.local(point).z / $0.camera.pinhole.focal) }.filter { $0 > 0 }.sorted()
    return sizes.isEmpty ? 1e-3 : sizes[sizes.count / 2]
  }
}

/// A surface and its colours.
struct TexturedMesh: Sendable {
  var mesh: TriangleMesh
  var atlas: UVAtlas
  /// Linear RGB, shape [height × width × 3].
  var texels: [Float]
  /// What is behind it; `nil` when masks say where it ends.
  var surroundings: Surroundings?
}
