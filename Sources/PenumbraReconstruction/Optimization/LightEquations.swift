/// What the vertices of a surface of one colour say of the light: T x + I = L / b, with the light x, how it reaches a vertex
/// T, what other vertices throw onto it I, what it sends L, and the colour b.
struct LightEquations: Sendable {
  /// Number of unknowns per channel.
  let texels: Int
  /// L / b − I, per vertex and channel.
  let wanted: [SIMD3<Double>]

  private let indirect: [SIMD3<Double>]
  private let areas: [Double]
  /// T without its zeros; where each vertex's part begins, shape [vertices + 1].
  private let starts: [Int]
  private let columns: [Int32]
  private let shares: [Float]
  /// Vertices of each patch of the surface.
  private let patches: [[Int]]

  /// - Parameters:
  ///   - vertices: those that count.
  ///   - radiance: per vertex of the mesh.
  ///   - count: number of patches that the surface is cut into.
  init(
    _ mesh: TriangleMesh, _ transfer: LightTransfer, vertices: [Int], _ radiance: [SIMD3<Float>],
    _ baseColor: SIMD3<Float>, patches count: Int
  ) {
    texels = transfer.sky.directions.count
    let area = mesh.vertexAreas()
    areas = vertices.map { Double(area[$0]) }
    indirect = vertices.map { SIMD3<Double>(transfer.indirect[$0]) }
    wanted = vertices.map { SIMD3<Double>(radiance[$0] / baseColor - transfer.indirect[$0]) }
    var (starts, columns, shares) = ([0], [Int32](), [Float]())
    for vertex in vertices {
      transfer.visit(vertex) { texel, share in
        columns.append(Int32(texel))
        shares.append(share)
      }
      starts.append(columns.count)
    }
    (self.starts, self.columns, self.shares) = (starts, columns, shares)
    patches = Self.patches(vertices.map { mesh.positions[$0] }, count)
  }

  /// Each point belongs to the nearest of some that are as far apart as can be.
  private static func patches(_ points: [SIMD3<Float>], _ count: Int) -> [[Int]] {
    var (nearest, distances) = ([Int](repeating: 0, count: points.count), points.map { _ in Float.infinity })
    var next = 0
    for patch in 0..<min(count, points.count) {
      let seed = points[next]
      for (i, p) in points.enumerated() {
        let squared = dot(p - seed, p - seed)
        if squared < distances[i] { (distances[i], nearest[i]) = (squared, patch) }
      }
      next = distances.indices.max { distances[$0] < distances[$1] } ?? 0
    }
    var result = [[Int]](repeating: [], count: min(count, points.count))
    for (i, patch) in nearest.enumerated() { result[patch].append(i) }
    return result
  }

  /// Normal equations of some of the vertices.
  struct Sums: Sendable {
    /// Σ w T Tᵀ, shape [texels × texels].
    var matrix: [Double]
    /// Σ w T (L / b − I), per channel.
    var right: [[Double]]
    /// Σ of the vertices' areas, w being those over squared irradiance.
    var weight: Double
    /// w of each vertex.
    var weights: [Double]

    static func total(_ parts: [Sums]) -> Sums { parts.dropFirst().reduce(parts[0]) { $0.adding($1, 1) } }

    func without(_ other: Sums) -> Sums { adding(other, -1) }

    private func adding(_ other: Sums, _ sign: Double) -> Sums {
      Sums(
        matrix: zip(matrix, other.matrix).map { $0 + sign * $1 },
        right: zip(right, other.right).map { zip($0, $1).map { $0 + sign * $1 } },
        weight: weight + sign * other.weight, weights: [])
    }
  }

  /// Irradiance over π of a vertex.
  private func irradiance(_ vertex: Int, _ light: Surroundings) -> SIMD3<Double> {
    var sum = indirect[vertex]
    for i in starts[vertex]..<starts[vertex + 1] {
      sum += Double(shares[i]) * SIMD3<Double>(light[Int(columns[i])])
    }
    return sum
  }

  /// - Parameter light: whose irradiance everything is relative to.
  /// - Returns: of each patch.
  func sums(relativeTo light: Surroundings) -> [Sums] {
    let mean = light.mean
    return Parallel.map(patches.count) { patch in
      var sums = Sums(
        matrix: [Double](repeating: 0, count: texels * texels),
        right: [[Double]](repeating: [Double](repeating: 0, count: texels), count: 3), weight: 0, weights: [])
      for vertex in patches[patch] {
        // Deep in a hole, what little arrives must not rule.
        let received = max(irradiance(vertex, light).sum() / 3, 0.02 * mean)
        let w = areas[vertex] / (received * received)
        sums.weights.append(w)
        sums.weight += areas[vertex]
        sums.add(columns[starts[vertex]..<starts[vertex + 1]], shares[starts[vertex]..<starts[vertex + 1]], w)
        for i in starts[vertex]..<starts[vertex + 1] {
          for c in 0..<3 { sums.right[c][Int(columns[i])] += w * Double(shares[i]) * wanted[vertex][c] }
        }
      }
      sums.mirror(texels)
      return sums
    }
  }

  /// Weighted squares of what a light leaves unexplained of a patch.
  func error(_ light: Surroundings, _ patch: Int, _ sums: Sums) -> Double {
    zip(patches[patch], sums.weights).reduce(0) { sum, entry in
      let rest = wanted[entry.0] + indirect[entry.0] - irradiance(entry.0, light)
      return sum + entry.1 * (rest * rest).sum()
    }
  }
}

extension LightEquations.Sums {
  /// Adds w T Tᵀ of one vertex below the diagonal; columns ascend.
  fileprivate mutating func add(_ columns: ArraySlice<Int32>, _ shares: ArraySlice<Float>, _ w: Double) {
    let count = right[0].count
    columns.withUnsafeBufferPointer { columns in
      shares.withUnsafeBufferPointer { shares in
        matrix.withUnsafeMutableBufferPointer { matrix in
          for i in columns.indices {
            let (row, factor) = (count * Int(columns[i]), w * Double(shares[i]))
            for j in 0...i { matrix[row + Int(columns[j])] += factor * Double(shares[j]) }
          }
        }
      }
    }
  }

  fileprivate mutating func mirror(_ count: Int) {
    for i in 0..<count { for j in 0..<i { matrix[count * j + i] = matrix[count * i + j] } }
  }
}
