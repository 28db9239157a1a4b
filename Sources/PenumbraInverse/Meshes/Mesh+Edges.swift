import PenumbraTransport

extension Mesh {
  /// Mean length of the sides of all triangles in world units, before any pose; ∞ without triangles.
  func meanEdge(in theta: [Float]) -> Float {
    guard !triangles.isEmpty else { return .infinity }
    func point(_ vertex: UInt32) -> SIMD3<Float> {
      let i = positions + 3 * Int(vertex)
      return SIMD3(theta[i], theta[i + 1], theta[i + 2])
    }
    func length(_ v: SIMD3<Float>) -> Float { (v * v).sum().squareRoot() }
    let sum = triangles.reduce(0.0) { sum, corners in
      let (a, b, c) = (point(corners.x), point(corners.y), point(corners.z))
      return sum + Double(length(b - a) + length(c - b) + length(a - c))
    }
    return Float(sum / Double(3 * triangles.count))
  }
}
