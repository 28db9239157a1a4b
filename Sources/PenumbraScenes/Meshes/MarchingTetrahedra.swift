/// The zero surface of a field on the corners of a lattice: each cube is cut into six tetrahedra around its main diagonal,
/// the same way in all cubes, so that neighbours agree and the surface is a manifold.
///
/// - Source: Doi & Koide 1991.
package struct MarchingTetrahedra {
  /// A corner of the surface, on an edge of the cut.
  package struct Vertex {
    /// Corners of the lattice, x fastest; no coordinate of the second is below the first's.
    package let ends: (Int, Int)
    /// The field there, of different signs.
    package let values: (Float, Float)

    /// Where between the ends the surface is if the field is linear, in (0, 1).
    package var place: Float { values.0 / (values.0 - values.1) }
  }

  package private(set) var vertices: [Vertex] = []
  /// Their normals point to positive values.
  package private(set) var triangles: [SIMD3<UInt32>] = []
  private let size: SIMD3<Int>
  /// Vertex of the edge from corner `key / 8` in direction `key % 8`, a bit per axis.
  private var numbers: [Int: UInt32] = [:]

  /// - Parameter size: corners of the lattice along x, y and z.
  package init(size: SIMD3<Int>) { self.size = size }

  /// Tetrahedra from corner 0 to corner 7 along the axes in every order, as bits; the odd orders are turned over.
  private static let tetrahedra: [[Int]] = [
    [0, 1, 3, 7], [0, 2, 6, 7], [0, 4, 5, 7], [0, 3, 2, 7], [0, 6, 4, 7], [0, 5, 1, 7],
  ]

  /// The corners of a cube, numbered by a bit per axis, in a lattice of this size.
  static func corners(ofCube corner: SIMD3<Int>, in size: SIMD3<Int>) -> [Int] {
    let base = corner.x + size.x * (corner.y + size.y * corner.z)
    return (0..<8).map { base + ($0 & 1) + ($0 >> 1 & 1) * size.x + ($0 >> 2) * size.x * size.y }
  }

  /// Where a corner of such a lattice is, in cubes from the first.
  package static func coordinates(ofCorner corner: Int, in size: SIMD3<Int>) -> SIMD3<Int> {
    SIMD3(corner % size.x, corner / size.x % size.y, corner / (size.x * size.y))
  }

  /// Cuts one cube.
  ///
  /// - Parameters:
  ///   - corner: where its coordinates are lowest.
  ///   - value: of the field at a corner of the lattice; negative inside.
  package mutating func addCube(_ corner: SIMD3<Int>, _ value: (Int) -> Float) {
    let corners = Self.corners(ofCube: corner, in: size)
    let values = corners.map(value)
    let inside = values.count { $0 < 0 }
    guard inside > 0, inside < 8 else { return }
    for tetrahedron in Self.tetrahedra { add(tetrahedron, corners, values) }
  }

  private mutating func add(_ bits: [Int], _ corners: [Int], _ values: [Float]) {
    let negative = bits.filter { values[$0] < 0 }
    let positive = bits.filter { values[$0] >= 0 }
    func odd(_ order: [Int]) -> Bool {
      // Parity of the permutation from `bits` to `order`.
      let ranks = order.compactMap { bits.firstIndex(of: $0) }
      var inversions = 0
      for i in 0..<4 { for j in (i + 1)..<4 where ranks[i] > ranks[j] { inversions += 1 } }
      return inversions % 2 == 1
    }
    func vertex(_ a: Int, _ b: Int) -> UInt32 { self.vertex(a, b, corners, values) }
    let isOdd = odd(negative + positive)
    switch negative.count {
    case 1:
      let v = positive.map { vertex(negative[0], $0) }
      addTriangle(v[0], v[1], v[2], flipped: isOdd)
    case 3:
      let v = negative.map { vertex($0, positive[0]) }
      addTriangle(v[0], v[1], v[2], flipped: isOdd)
    case 2:
      let v = [
        vertex(negative[0], positive[0]), vertex(negative[0], positive[1]), vertex(negative[1], positive[1]),
        vertex(negative[1], positive[0]),
      ]
      addTriangle(v[0], v[1], v[2], flipped: isOdd)
      addTriangle(v[0], v[2], v[3], flipped: isOdd)
    default: break
    }
  }

  private mutating func addTriangle(_ a: UInt32, _ b: UInt32, _ c: UInt32, flipped: Bool) {
    triangles.append(flipped ? SIMD3(a, c, b) : SIMD3(a, b, c))
  }

  private mutating func vertex(_ a: Int, _ b: Int, _ corners: [Int], _ values: [Float]) -> UInt32 {
    // In every edge of the cut one corner's bits contain the other's.
    let (low, high) = a & b == a ? (a, b) : (b, a)
    let key = corners[low] * 8 + (high & ~low)
    if let known = numbers[key] { return known }
    let number = UInt32(vertices.count)
    vertices.append(Vertex(ends: (corners[low], corners[high]), values: (values[low], values[high])))
    numbers[key] = number
    return number
  }
}
