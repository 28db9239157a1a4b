/// Eigenvalues and orthonormal eigenvectors of a symmetric matrix by cyclic Jacobi rotations.
///
/// - Source: Golub & Van Loan 2013, *Matrix computations*, section 8.5.
struct SymmetricEigen {
  /// Ascending, shape [n].
  let values: [Double]
  /// `vectors[k]` belongs to `values[k]`, each of shape [n].
  let vectors: [[Double]]

  init(_ matrix: SymmetricMatrix) {
    let n = matrix.count
    var a = matrix
    var v = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0.0 } }
    let scale = a.elements.reduce(0) { $0 + $1 * $1 }
    for _ in 0..<64 {
      var outside = 0.0
      for i in 0..<n { for j in 0..<i { outside += 2 * a[i, j] * a[i, j] } }
      if !(outside > 1e-26 * scale) { break }
      for p in 0..<n { for q in (p + 1)..<max(n, p + 1) where a[p, q] != 0 { Self.rotate(&a, &v, p, q) } }
    }
    let order = (0..<n).sorted { a[$0, $0] < a[$1, $1] }
    values = order.map { a[$0, $0] }
    vectors = order.map { k in v.map { $0[k] } }
  }

  /// Zeroes a[p, q].
  private static func rotate(_ a: inout SymmetricMatrix, _ v: inout [[Double]], _ p: Int, _ q: Int) {
    let τ = (a[q, q] - a[p, p]) / (2 * a[p, q])
    let t = (τ >= 0 ? 1.0 : -1.0) / (abs(τ) + (1 + τ * τ).squareRoot())
    let c = 1 / (1 + t * t).squareRoot()
    let s = t * c
    for k in 0..<a.count {
      let (x, y) = (a[k, p], a[k, q])
      a[k, p] = c * x - s * y
      a[k, q] = s * x + c * y
    }
    for k in 0..<a.count {
      let (x, y) = (a[p, k], a[q, k])
      a[p, k] = c * x - s * y
      a[q, k] = s * x + c * y
    }
    for k in v.indices {
      let (x, y) = (v[k][p], v[k][q])
      v[k][p] = c * x - s * y
      v[k][q] = s * x + c * y
    }
  }
}
