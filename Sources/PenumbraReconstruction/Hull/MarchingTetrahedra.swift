/// The zero surface of a field as a closed mesh: each cube is cut into six tetrahedra around its main diagonal, the same
/// way in all cubes, so that neighbours agree and the surface is a manifold.
///
/// - Source: Doi & Koide 1991.
struct MarchingTetrahedra {
  private let field: ScalarField
  private var mesh = TriangleMesh()
  /// Vertex of the grid edge from corner `key / 8` in direction `key % 8`, a bit per axis.
  private var vertices: [Int: UInt32] = [:]

  /// - Parameter field: negative inside, positive on its border (`closeBorder`).
  /// - Returns: triangles whose normals point to positive values.
  static func surface(of field: ScalarField) -> TriangleMesh {
    var marching = MarchingTetrahedra(field: field)
    for z in 0..<(field.size.z - 1) {
      for y in 0..<(field.size.y - 1) {
        for x in 0..<(field.size.x - 1) { marching.addCube(x, y, z) }
      }
    }
    return marching.mesh
  }

  private init(field: ScalarField) { self.field = field }

  /// Tetrahedra from corner 0 to corner 7 along the axes in every order, as bits; the odd orders are turned over.
  private static let tetrahedra: [[Int]] = [
    [0, 1, 3, 7], [0, 2, 6, 7], [0, 4, 5, 7], [0, 3, 2, 7], [0, 6, 4, 7], [0, 5, 1, 7],
  ]

  private mutating func addCube(_ x: Int, _ y: Int, _ z: Int) {
    let base = field.index(x, y, z)
    var (corners, inside) = ([Int](repeating: 0, count: 8), 0)
    for bit in 0..<8 {
      corners[bit] = base + (bit & 1) + (bit >> 1 & 1) * field.size.x + (bit >> 2) * field.size.x * field.size.y
      if field.values[corners[bit]] < 0 { inside += 1 }
    }
    guard inside > 0, inside < 8 else { return }
    for tetrahedron in Self.tetrahedra { add(tetrahedron, corners) }
  }

  private mutating func add(_ bits: [Int], _ corners: [Int]) {
    let negative = bits.filter { field.values[corners[$0]] < 0 }
    let positive = bits.filter { field.values[corners[$0]] >= 0 }
    func odd(_ order: [Int]) -> Bool {
      // Parity of the permutation from `bits` to `order`.
      let ranks = order.compactMap { bits.firstIndex(of: $0) }
      var inversions = 0
      for i in 0..<4 { for j in (i + 1)..<4 where ranks[i] > ranks[j] { inversions += 1 } }
      return inversions % 2 == 1
    }
    let isOdd = odd(negative + positive)
    switch negative.count {
    case 1:
      let v = positive.map { vertex(negative[0], $0, corners) }
      addTriangle(v[0], v[1], v[2], flipped: isOdd)
    case 3:
      let v = negative.map { vertex($0, positive[0], corners) }
      addTriangle(v[0], v[1], v[2], flipped: isOdd)
    case 2:
      let v = [
        vertex(negative[0], positive[0], corners), vertex(negative[0], positive[1], corners),
        vertex(negative[1], positive[1], corners), vertex(negative[1], positive[0], corners),
      ]
      addTriangle(v[0], v[1], v[2], flipped: isOdd)
      addTriangle(v[0], v[2], v[3], flipped: isOdd)
    default: break
    }
  }

  private mutating func addTriangle(_ a: UInt32, _ b: UInt32, _ c: UInt32, flipped: Bool) {
    mesh.triangles.append(flipped ? SIMD3(a, c, b) : SIMD3(a, b, c))
  }

  private mutating func vertex(_ a: Int, _ b: Int, _ corners: [Int]) -> UInt32 {
    // In every edge of the cut one corner's bits contain the other's.
    let (low, high) = a & b == a ? (a, b) : (b, a)
    let key = corners[low] * 8 + (high & ~low)
    if let known = vertices[key] { return known }
    let (f, g) = (field.values[corners[low]], field.values[corners[high]])
    // Away from the ends, so that no two vertices coincide.
    let t = min(max(f / (f - g), 0.02), 0.98)
    let (p, q) = (position(corners[low]), position(corners[high]))
    let number = UInt32(mesh.positions.count)
    mesh.positions.append(p + (q - p) * t)
    vertices[key] = number
    return number
  }

  private func position(_ index: Int) -> SIMD3<Float> {
    field.position(
      index % field.size.x, index / field.size.x % field.size.y, index / (field.size.x * field.size.y))
  }
}
