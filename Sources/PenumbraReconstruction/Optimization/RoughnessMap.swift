import PenumbraInverse

/// Roughness by place, as far as photos tell it: each region has what its highlights say and, where they say little, what
/// the whole surface has.
///
/// The costs of all candidates are spread over the surface, which makes them those of a region around each vertex, and
/// added to a normal prior around the roughness of the whole. What the photos say counts for less than independent noise
/// would, by as much as leaving out photos changes the whole more than its curvature promises.
struct RoughnessMap {
  /// In 0...1, shape [vertices].
  let values: [Float]

  /// Standard deviation over regions that a surface of one name has.
  private static let spread = 0.15
  /// Regions along the diagonal of the surface.
  private static let regions: Float = 24

  /// - Returns: `nil` when photos show no reflections or the mesh is empty.
  init?(_ fit: ReflectionFit, _ mesh: TriangleMesh) {
    guard let box = mesh.bounds, fit.strength.min() > 0, fit.roughnessError.isFinite, fit.roughnesses.count >= 3 else {
      return nil
    }
    let edges = Float(box.diagonal) / Self.regions / max(mesh.meanEdgeLength, 1e-12)
    // On a lattice of equal triangles, waves of k radians per edge have the eigenvalue 1.5 k².
    let lambda = max(edges * edges / 1.5, 1)
    let measured = fit.costs
    let costs = Self.spread(measured, over: mesh, lambda: lambda)
    let whole = CandidateCurve(
      fit.roughnesses, fit.roughnesses.indices.map { candidate in measured.reduce(0) { $0 + $1.1[candidate] } })
    // A cost is twice a negative log likelihood.
    let overdispersion = max(fit.roughnessError * fit.roughnessError * whole.curvature / 2, 1)
    // Vertices that a region stands for: the reciprocal sum of squares of its kernel.
    let count = 4 * Double.pi * 1.5 * Double(lambda) / 0.866
    let (center, candidates) = (fit.roughness, fit.roughnesses)
    values = Parallel.map(mesh.positions.count) { vertex in
      let curve = CandidateCurve(candidates, costs.map { count / overdispersion * Double($0[vertex]) })
      return Float(
        curve.lowest { value in (value - center) * (value - center) / (Self.spread * Self.spread) })
    }
  }

  /// - Parameter costs: of some vertices, one per candidate.
  /// - Returns: shape [candidates][vertices].
  private static func spread(_ costs: [(vertex: Int, [Double])], over mesh: TriangleMesh, lambda: Float) -> [[Float]] {
    let count = mesh.positions.count
    let steps = LargeSteps(
      triangles: mesh.triangles, welding: VertexWelding(vertexCount: count), lambda: lambda)
    let candidates = costs.first?.1.count ?? 0
    var result: [[Float]] = []
    // Three at a time, as coordinates are.
    for first in stride(from: 0, to: candidates, by: 3) {
      var columns = [Float](repeating: 0, count: 3 * count)
      for (vertex, values) in costs {
        for c in first..<min(first + 3, candidates) { columns[3 * vertex + c - first] = Float(values[c]) }
      }
      let smooth = steps.decode(columns, tolerance: 1e-4)
      for c in first..<min(first + 3, candidates) { result.append((0..<count).map { smooth[3 * $0 + c - first] }) }
    }
    return result
  }
}

extension TexturedMesh {
  /// A texture of values at vertices, coarser than the atlas.
  ///
  /// - Parameters:
  ///   - values: shape [vertices].
  ///   - width: of the texture; `height` likewise.
  /// - Returns: shape [height × width].
  func texture(of values: [Float], width: Int, height: Int) -> [Float] {
    var (sums, counts) = ([Float](repeating: 0, count: width * height), [Float](repeating: 0, count: width * height))
    for texel in atlas.surfaceTexels() {
      let t = mesh.triangles[Int(texel.triangle)]
      let value = (0..<3).reduce(Float(0)) { $0 + texel.at[$1] * values[Int(t[$1])] }
      let (x, y) = (Int(texel.index) % atlas.width, Int(texel.index) / atlas.width)
      let at = min(y * height / atlas.height, height - 1) * width + min(x * width / atlas.width, width - 1)
      sums[at] += value
      counts[at] += 1
    }
    var known = counts.map { $0 > 0 }
    for i in sums.indices where known[i] { sums[i] /= counts[i] }
    TextureFill.dilate(&sums, channels: 1, known: &known, width: width, height: height, rounds: 1)
    TextureFill.fill(&sums, channels: 1, known: known, width: width, height: height)
    return sums
  }
}
