import Foundation

/// Counts of directions in cells of equal solid angle (cos θ × φ), and what a density expects of them.
public struct SphereHistogram {
  public let rows: Int
  public let columns: Int
  public private(set) var counts: [Double]
  public private(set) var drawn = 0.0
  public private(set) var rejected = 0.0

  public init(rows: Int = 32, columns: Int = 24) {
    (self.rows, self.columns) = (rows, columns)
    counts = [Double](repeating: 0, count: rows * columns)
  }

  /// Counts a drawn direction; `nil` when the sampler gave none.
  public mutating func add(_ direction: SIMD3<Float>?) {
    drawn += 1
    guard let d = direction else {
      rejected += 1
      return
    }
    let v = (Double(d.z) + 1) / 2
    let phi = atan2(Double(d.y), Double(d.x)) / (2 * .pi)
    let row = min(max(Int(v * Double(rows)), 0), rows - 1)
    let column = min(max(Int((phi < 0 ? phi + 1 : phi) * Double(columns)), 0), columns - 1)
    counts[row * columns + column] += 1
  }

  /// Integral of a density over each cell; cells that received many draws are refined further.
  public func probabilities(_ density: @escaping (SIMD3<Float>) -> Float) -> [Double] {
    let quadrature = SphereQuadrature(density)
    return counts.indices.map { i in
      let (row, column) = (Double(i / columns), Double(i % columns))
      let z = (2 * row / Double(rows) - 1, 2 * (row + 1) / Double(rows) - 1)
      let phi = (2 * .pi * column / Double(columns), 2 * .pi * (column + 1) / Double(columns))
      let isBusy = counts[i] > 0.002 * drawn
      return quadrature.integral(z: z, phi: phi, minimumDepth: isBusy ? 3 : 1)
    }
  }

  /// The χ² test of the draws against a density per solid angle; draws without a direction are the density's deficit.
  public func test(_ density: @escaping (SIMD3<Float>) -> Float) -> (chi: ChiSquared, mass: Double) {
    let probabilities = probabilities(density)
    let mass = probabilities.reduce(0, +)
    let expected = probabilities.map { $0 * drawn } + [max(1 - mass, 0) * drawn]
    return (ChiSquared(observed: counts + [rejected], expected: expected.map { max($0, 1e-9) }), mass)
  }
}

/// Adaptive quadrature over cells of the sphere.
public struct SphereQuadrature {
  private let density: (SIMD3<Float>) -> Double

  public init(_ density: @escaping (SIMD3<Float>) -> Float) { self.density = { Double(density($0)) } }

  /// Nodes and weights of the 4-point Gauss–Legendre rule on [−1, 1].
  private static let rule: [(node: Double, weight: Double)] = [
    (-0.861136311594052575, 0.347854845137453857), (-0.339981043584856265, 0.652145154862546143),
    (0.339981043584856265, 0.652145154862546143), (0.861136311594052575, 0.347854845137453857),
  ]

  public func integral(
    z: (Double, Double), phi: (Double, Double), minimumDepth: Int = 1, tolerance: Double = 2e-7, maximumDepth: Int = 9
  ) -> Double {
    refine(z, phi, rule(z, phi), minimumDepth, tolerance, maximumDepth)
  }

  private func rule(_ z: (Double, Double), _ phi: (Double, Double)) -> Double {
    let (halfZ, halfPhi) = ((z.1 - z.0) / 2, (phi.1 - phi.0) / 2)
    var sum = 0.0
    for a in Self.rule {
      let c = (z.0 + z.1) / 2 + halfZ * a.node
      let s = max(1 - c * c, 0).squareRoot()
      for b in Self.rule {
        let p = (phi.0 + phi.1) / 2 + halfPhi * b.node
        sum += a.weight * b.weight * density(SIMD3(Float(s * cos(p)), Float(s * sin(p)), Float(c)))
      }
    }
    return sum * halfZ * halfPhi
  }

  private func refine(
    _ z: (Double, Double), _ phi: (Double, Double), _ coarse: Double, _ minimum: Int, _ tolerance: Double, _ depth: Int
  ) -> Double {
    let (middleZ, middlePhi) = ((z.0 + z.1) / 2, (phi.0 + phi.1) / 2)
    let parts = [
      ((z.0, middleZ), (phi.0, middlePhi)), ((middleZ, z.1), (phi.0, middlePhi)),
      ((z.0, middleZ), (middlePhi, phi.1)), ((middleZ, z.1), (middlePhi, phi.1)),
    ].map { (z: $0.0, phi: $0.1, value: rule($0.0, $0.1)) }
    let fine = parts.reduce(0) { $0 + $1.value }
    if depth == 0 || (minimum <= 0 && abs(fine - coarse) < tolerance) { return fine }
    return parts.reduce(0) { $0 + refine($1.z, $1.phi, $1.value, minimum - 1, tolerance / 2, depth - 1) }
  }
}
