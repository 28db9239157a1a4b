/// A change of variables for the vertices of a mesh: x = (I + λL)⁻¹ u.
///
/// A gradient step on u moves x by (I + λL)⁻² times the gradient: what one vertex should do spreads to its neighbours, so
/// that steps can be large and the surface stays smooth, without a smoothness term that would bias the result.
/// Vertices at one place are one point of u, so that seams do not tear.
///
/// Take steps on u with `AdamUniform`, whose one step size for all elements keeps the direction smooth.
///
/// - Source: Nicolet, Jacobson & Jakob 2021, *Large steps in inverse rendering of geometry*.
public struct LargeSteps: Sendable, Equatable {
  public let laplacian: UniformLaplacian
  public let welding: VertexWelding
  /// λ ≥ 0; how far steps spread, in units of squared edges. 0 changes nothing; the paper uses 10 to 50.
  public let lambda: Float

  /// - Parameters:
  ///   - positions: shape [vertexCount × 3]; decides which vertices are one point.
  ///   - triangles: corner vertices, each below vertexCount.
  public init(positions: [Float], triangles: [SIMD3<UInt32>], lambda: Float) {
    self.init(triangles: triangles, welding: VertexWelding(positions: positions), lambda: lambda)
  }

  public init(triangles: [SIMD3<UInt32>], welding: VertexWelding, lambda: Float) {
    precondition(lambda >= 0 && lambda.isFinite, "λ is a finite number from 0, found \(lambda)")
    self.welding = welding
    self.lambda = lambda
    laplacian = UniformLaplacian(triangles: triangles, welding: welding)
  }

  /// Number of elements of u: three per point.
  public var count: Int { 3 * welding.pointCount }

  /// u = (I + λL) x.
  ///
  /// - Parameter positions: x, shape [vertexCount × 3]; points take the position of their first vertex.
  /// - Returns: shape [pointCount × 3].
  public func encode(_ positions: [Float]) -> [Float] {
    Self.flatten(laplacian.diffused(Self.columns(welding.gather(positions)), lambda: Double(lambda)))
  }

  /// x = (I + λL)⁻¹ u, shape [vertexCount × 3].
  ///
  /// - Parameter tolerance: relative residual; the map is linear, and a small step of u may be decoded alone and roughly.
  public func decode(_ u: [Float], tolerance: Double = 1e-9) -> [Float] {
    welding.spread(solve(u, tolerance: tolerance))
  }

  /// ∂ℒ/∂u from ∂ℒ/∂x: sums over the vertices of each point, then the same solve, since the matrix is symmetric.
  ///
  /// - Parameter gradient: shape [vertexCount × 3]. Elements that are NaN or infinite would spread over the whole mesh and
  ///   count as 0; the caller counts them.
  public func pullBack(_ gradient: [Float], tolerance: Double = 1e-9) -> [Float] {
    solve(welding.sum(gradient.map { $0.isFinite ? $0 : 0 }), tolerance: tolerance)
  }

  private func solve(_ b: [Float], tolerance: Double) -> [Float] {
    Self.flatten(
      DiffusionSolver(laplacian: laplacian, lambda: Double(lambda), tolerance: tolerance).solve(Self.columns(b)))
  }

  private static func columns(_ values: [Float]) -> [SIMD3<Double>] {
    stride(from: 0, to: values.count, by: 3).map {
      SIMD3(Double(values[$0]), Double(values[$0 + 1]), Double(values[$0 + 2]))
    }
  }

  private static func flatten(_ columns: [SIMD3<Double>]) -> [Float] {
    columns.flatMap { [Float($0.x), Float($0.y), Float($0.z)] }
  }
}
