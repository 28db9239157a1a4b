/// Lines past edges are found in two ways: from the edges, towards light, which suits surfaces that scatter broadly; and
/// from the camera over glossy surfaces (`GlossyBoundary`). What both find is shared by the balance heuristic (Veach 1997).
///
/// Densities are relative to the length of the edge and the solid angle of the line at it, without the factor that both
/// have in common.
struct LineMixture {
  let tracer: PathTracer
  let table: CumulativeTable
  let tree: EdgeTree
  let edges: SecondaryEdges
  let geometry: EdgeGeometry
  let pixels: PixelSet
  var edgeCount: Int
  let cameraCount: Int

  /// A line that ends on the first surface that the camera sees.
  struct Line {
    var edge: Int
    var point: Vector3
    var source: SecondaryBoundary.Source
    /// Whether the source scatters light instead of emitting it.
    var isIndirect: Bool
    var receiver: SurfaceHit
    var view: CameraWalk.View
  }

  /// What a receiver shows of edges, where lines are looked for from there.
  func glossyView(_ surface: SurfaceLobe, _ receiver: SurfaceHit, _ view: CameraWalk.View) -> GlossyView? {
    pixels.contains(view.pixel) ? surface.glossyView(camera: view.direction, at: receiver.position) : nil
  }

  /// The weight of a line that was found from its edge.
  ///
  /// - Parameter glossy: how the receiver is seen, see `glossyView`.
  func shareOfEdges(_ line: Line, _ glossy: GlossyView) -> Float {
    let density = tree.probability(of: line.edge, for: glossy) * placeDensity(line, for: glossy)
    let seen = cameraDensity(line, choosing: density)
    return seen > 0 ? 1 - shareOfCamera(line, seen) : 1
  }

  /// The weight of a line that was found from the camera.
  ///
  /// - Parameter density: of choosing its point on all edges, per unit of t.
  func shareOfCamera(_ line: Line, choosing density: Float) -> Float {
    shareOfCamera(line, cameraDensity(line, choosing: density))
  }

  /// Where on an edge a glossy point looks; `nil` for anywhere.
  func places(_ edge: EdgeRecord, for glossy: GlossyView) -> EdgePlaces? {
    guard edge.kind == .mesh else { return nil }
    let (a, b) = geometry.ends(edge)
    return glossy.places(from: a, to: b)
  }

  private func placeDensity(_ line: Line, for glossy: GlossyView) -> Float {
    let edge = edges.edges.base[line.edge]
    guard let places = places(edge, for: glossy) else { return 1 }
    let (a, b) = geometry.ends(edge)
    return places.density(dot(line.point - a, b - a) / max((b - a).squaredLength, .leastNormalMagnitude))
  }

  private func shareOfCamera(_ line: Line, _ density: Float) -> Float {
    let own = Float(cameraCount) * density
    return own / (own + Float(edgeCount) * edgeDensity(line))
  }

  private func cameraDensity(_ line: Line, choosing density: Float) -> Float {
    let offset = line.receiver.position - line.point
    let cosine = abs(dot(line.receiver.geometricNormal, line.source.direction))
    guard cosine > 1e-6 else { return 0 }
    return density * line.view.density * offset.squaredLength / (cosine * Float(pixels.count))
  }

  private func edgeDensity(_ line: Line) -> Float {
    let emitters = tracer.scene.emitters
    let density = table.probability(line.edge) * LineChoice.probability(isIndirect: line.isIndirect, tracer)
    if line.isIndirect { return density * directions(line).density }
    guard case .surface(let hit) = line.source.motion else {
      return density * edges.lights.gain(isSky: true, at: line.edge)
        * directions(line).skyDensity(line.source.direction, emitters)
    }
    return density * edges.lights.gain(isSky: false, at: line.edge)
      * directions(line).lampDensity(hit, from: line.point, emitters)
  }

  private func directions(_ line: Line) -> LineDirections { LineDirections(edges.edges.base[line.edge], geometry) }
}
