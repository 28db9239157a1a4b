import Testing

@testable import PenumbraInverse

@Suite("Dense linear algebra") struct LinearAlgebraTests {
  /// A positive definite matrix without structure.
  private static func matrix(_ n: Int) -> SymmetricMatrix {
    func entry(_ row: Int, _ column: Int) -> Double { Double((row * 37 + column * 53) % 29) / 29 - 0.4 }
    let rows: [[Double]] = (0..<(2 * n)).map { row in (0..<n).map { entry(row, $0) } }
    var a = SymmetricMatrix(count: n)
    for row in rows { for i in 0..<n { for j in 0..<n { a[i, j] += row[i] * row[j] } } }
    for i in 0..<n { a[i, i] += 0.01 }
    return a
  }

  @Test("A Cholesky solution solves", arguments: [1, 2, 17])
  func cholesky(n: Int) throws {
    let a = Self.matrix(n)
    let b = (0..<n).map { Double($0) - 1.5 }
    let x = try #require(CholeskyFactor(a)).solve(b)
    for (p, q) in zip(a.multiplied(by: x), b) { #expect(abs(p - q) < 1e-9) }
  }

  @Test(
    "Matrices that are not positive definite are refused", arguments: [[1, 2, 2, 1], [0, 0, 0, 0], [.nan, 0, 0, 1]])
  func indefinite(elements: [Double]) {
    #expect(CholeskyFactor(SymmetricMatrix(count: 2, elements: elements)) == nil)
  }

  @Test("Eigenvectors are orthonormal and A v = λ v", arguments: [1, 2, 17])
  func eigen(n: Int) {
    let a = Self.matrix(n)
    let eigen = SymmetricEigen(a)
    #expect(eigen.values == eigen.values.sorted())
    for (k, v) in eigen.vectors.enumerated() {
      for (p, q) in zip(a.multiplied(by: v), v) { #expect(abs(p - eigen.values[k] * q) < 1e-10) }
      for (l, w) in eigen.vectors.enumerated() {
        let product = zip(v, w).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (k == l ? 1 : 0)) < 1e-12)
      }
    }
  }
}
