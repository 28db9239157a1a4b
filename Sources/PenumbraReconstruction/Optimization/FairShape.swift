import PenumbraTransport

/// How smooth a surface may be before photos contradict it.
///
/// Where colours change little, photos hardly say where a surface is, and what they leave open fills with wrinkles, which
/// turn normals and so spoil light and materials. Among surfaces that photos cannot tell apart the smoothest one is
/// taken. They are told apart by cross-validation: every other photo is laid onto the surface, the rest must be what it
/// looks like from their places.
///
/// - Source: Breiman et al. 1984, *Classification and regression trees*, the rule of one standard error.
struct FairShape {
  let photos: [Photo]
  let seed: UInt64
  let threads: Int?
  let monitor: StageMonitor

  /// Lengths in edges below which waves are taken out, one after the other.
  private static let wavelengths: [Double] = [4, 8, 16, 32]
  /// Standard errors by which a surface must be worse than the best for no smoother one to be tried.
  private static let hopeless = 4.0

  /// - Parameter texel: size of the colours' texels, in world units.
  /// - Returns: the mesh with as many wrinkles as the photos ask for.
  func choose(
    _ mesh: TriangleMesh, _ surroundings: Surroundings?, texel: Float, largestTexture: Int, until deadline: Deadline
  ) throws(ReconstructionError) -> TriangleMesh {
    guard photos.count >= 4, let box = mesh.bounds else { return mesh }
    // A quarter of the pixels, and the wrinkles that matter are longer than two of them.
    let photos = photos.map { $0.reduced(by: 2) }
    let targets = Parallel.map(photos.count) { ViewTarget(photos[$0], backdrop: ShapeScene.backdrop) }
    let atlas = UVAtlas(mesh, texelsPerUnit: 1 / texel, largestSide: largestTexture)
    let fairing = Fairing(mesh)
    var candidates = [(mesh: mesh, losses: try losses(mesh, atlas, surroundings, photos, targets, box))]
    var best = 0
    for wavelength in Self.wavelengths {
      if deadline.isOver { break }
      var smooth = mesh
      smooth.positions = fairing.smooth(mesh.positions, wavelength: wavelength)
      candidates.append((smooth, try losses(smooth, atlas, surroundings, photos, targets, box)))
      let last = candidates.count - 1
      if Self.excess(candidates[last].losses, over: candidates[best].losses).mean < 0 { best = last }
      let worse = Self.excess(candidates[last].losses, over: candidates[best].losses)
      if worse.mean > Self.hopeless * worse.error { break }
    }
    let chosen = candidates.last { candidate in
      let worse = Self.excess(candidate.losses, over: candidates[best].losses)
      return worse.mean <= worse.error
    }
    return chosen?.mesh ?? mesh
  }

  /// Mean difference of losses of the same views and its standard error.
  private static func excess(_ losses: [Double], over others: [Double]) -> (mean: Double, error: Double) {
    let differences = zip(losses, others).map { $0 - $1 }
    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / count
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / (count * (count - 1))).squareRoot())
  }

  /// Of each photo, with the colours of those that are not in its half.
  private func losses(
    _ mesh: TriangleMesh, _ atlas: UVAtlas, _ surroundings: Surroundings?, _ photos: [Photo], _ targets: [ViewTarget],
    _ box: Box
  ) throws(ReconstructionError) -> [Double] {
    var result = [Double](repeating: 0, count: photos.count)
    for half in 0..<2 {
      let shown = photos.indices.filter { $0 % 2 == half }.map { photos[$0] }
      let model = try ShapeScene(
        mesh, atlas, texture: PhotoProjection(photos: shown).texture(for: mesh, atlas), surroundings: surroundings,
        cameras: photos.map(\.camera), box: box)
      do {
        let renderer = try Renderer(model.scene)
        for view in photos.indices where view % 2 != half {
          var render = RenderSettings()
          (render.sensor, render.samplesPerPixel, render.sampler) = (view, 2, .sobol)
          (render.seed, render.threads, render.visibility) = (seed, threads, .none)
          result[view] = targets[view].loss(of: try renderer.render(render, monitor: monitor.render).rgb)
        }
      } catch { throw ReconstructionError(error) }
    }
    return result
  }
}
