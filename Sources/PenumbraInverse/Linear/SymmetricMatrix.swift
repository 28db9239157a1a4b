/// A dense symmetric matrix, for problems of up to a few hundred unknowns.
public struct SymmetricMatrix: Sendable, Equatable {
  /// Number of rows n.
  public let count: Int
  /// Row-major, both triangles, shape [n × n].
  public var elements: [Double]

  /// The zero matrix.
  public init(count: Int) {
    self.count = count
    elements = [Double](repeating: 0, count: count * count)
  }

  init(count: Int, elements: [Double]) {
    precondition(elements.count == count * count, "\(elements.count) elements for \(count) rows")
    self.count = count
    self.elements = elements
  }

  public subscript(row: Int, column: Int) -> Double {
    get { elements[row * count + column] }
    set { elements[row * count + column] = newValue }
  }

  var diagonal: [Double] { (0..<count).map { self[$0, $0] } }

  var trace: Double { diagonal.reduce(0, +) }

  var isFinite: Bool { elements.allSatisfy(\.isFinite) }

  static func += (left: inout SymmetricMatrix, right: SymmetricMatrix) {
    precondition(left.count == right.count, "matrices of \(left.count) and \(right.count) rows")
    for i in left.elements.indices { left.elements[i] += right.elements[i] }
  }

  static func * (scale: Double, matrix: SymmetricMatrix) -> SymmetricMatrix {
    SymmetricMatrix(count: matrix.count, elements: matrix.elements.map { scale * $0 })
  }

  func multiplied(by vector: [Double]) -> [Double] {
    (0..<count).map { row in
      var sum = 0.0
      for column in 0..<count { sum += elements[row * count + column] * vector[column] }
      return sum
    }
  }

  /// Rows and columns of `kept` alone, in their order.
  func restricted(to kept: [Int]) -> SymmetricMatrix {
    var result = SymmetricMatrix(count: kept.count)
    for (i, a) in kept.enumerated() { for (j, b) in kept.enumerated() { result[i, j] = self[a, b] } }
    return result
  }
}

/// A = L Lᵀ of a symmetric positive definite matrix.
public struct CholeskyFactor: Sendable {
  private let count: Int
  /// Lower triangle, row-major.
  private var lower: [Double]

  /// `nil` when the matrix is not positive definite, or holds NaN.
  public init?(_ matrix: SymmetricMatrix) {
    count = matrix.count
    lower = matrix.elements
    for i in 0..<count {
      for j in 0...i {
        var sum = lower[i * count + j]
        for k in 0..<j { sum -= lower[i * count + k] * lower[j * count + k] }
        if i == j {
          // Below this share of the diagonal nothing but rounding is left.
          guard sum > 1e-14 * matrix[i, i], sum.isFinite else { return nil }
          lower[i * count + i] = sum.squareRoot()
        } else {
          lower[i * count + j] = sum / lower[j * count + j]
        }
      }
    }
  }

  /// x with A x = b.
  public func solve(_ b: [Double]) -> [Double] {
    var x = b
    for i in 0..<count {
      for k in 0..<i { x[i] -= lower[i * count + k] * x[k] }
      x[i] /= lower[i * count + i]
    }
    for i in (0..<count).reversed() {
      for k in (i + 1)..<max(count, i + 1) { x[i] -= lower[k * count + i] * x[k] }
      x[i] /= lower[i * count + i]
    }
    return x
  }
}
