/// A signed distance on the corners of a grid over [0, 1]³, negative inside, trilinear between them.
struct DistanceGrid {
  /// How normals are made.
  enum Normals: String, CaseIterable {
    /// Those of the field itself, which jump from cell to cell.
    case analytic
    /// Mixed from the cells around, without jumps.
    case smooth
  }

  /// Corners along x, y and z; at least 2 each.
  let size: SIMD3<Int>
  /// x fastest, shape [size.z × size.y × size.x].
  let values: [Float]

  private var cells: SIMD3<Int> { size &- 1 }

  /// The field at a cell's corners, numbered by a bit per axis.
  private func corners(_ cell: SIMD3<Int>) -> [Float] {
    MarchingTetrahedra.corners(ofCube: cell, in: size).map { values[$0] }
  }

  private func cell(at p: SIMD3<Float>) -> SIMD3<Int> {
    SIMD3(
      min(max(Int(p.x), 0), cells.x - 1), min(max(Int(p.y), 0), cells.y - 1), min(max(Int(p.z), 0), cells.z - 1))
  }

  /// - Parameter p: in cells from the grid's first corner.
  func value(at p: SIMD3<Float>) -> Float {
    let cell = cell(at: p)
    let t = p - SIMD3<Float>(cell)
    let f = corners(cell)
    func along(_ a: Float, _ b: Float, _ t: Float) -> Float { a + (b - a) * t }
    let low = along(along(f[0], f[1], t.x), along(f[2], f[3], t.x), t.y)
    let high = along(along(f[4], f[5], t.x), along(f[6], f[7], t.x), t.y)
    return along(low, high, t.z)
  }

  /// Gradient in [0, 1]³ of a cell's polynomial, which has values outside, too.
  private func gradient(of cell: SIMD3<Int>, at p: SIMD3<Float>) -> SIMD3<Float> {
    let t = p - SIMD3<Float>(cell)
    let f = corners(cell)
    var result = SIMD3<Float>.zero
    for bit in 0..<8 {
      let isHigh = SIMD3(bit & 1, bit >> 1 & 1, bit >> 2)
      let weight = SIMD3(isHigh.x == 1 ? t.x : 1 - t.x, isHigh.y == 1 ? t.y : 1 - t.y, isHigh.z == 1 ? t.z : 1 - t.z)
      result.x += f[bit] * (isHigh.x == 1 ? 1 : -1) * weight.y * weight.z
      result.y += f[bit] * (isHigh.y == 1 ? 1 : -1) * weight.x * weight.z
      result.z += f[bit] * (isHigh.z == 1 ? 1 : -1) * weight.x * weight.y
    }
    return result * SIMD3<Float>(cells)
  }

  /// - Source: for `.smooth` Hansson-Söderlund, Evans & Akenine-Möller 2022, *Ray Tracing of Signed Distance Function Grids*:
  ///   the directions that the eight cells around the nearest corner have here, mixed linearly.
  func normal(at p: SIMD3<Float>, _ kind: Normals) -> SIMD3<Float> {
    func unit(_ v: SIMD3<Float>) -> SIMD3<Float> {
      let squared = (v * v).sum()
      return squared > 0 ? v / squared.squareRoot() : .zero
    }
    guard kind == .smooth else { return unit(gradient(of: cell(at: p), at: p)) }
    let corner = p.rounded(.toNearestOrEven)
    let middle = SIMD3<Int>(corner)
    var mixed = SIMD3<Float>.zero
    for bit in 0..<8 {
      let isHigh = SIMD3(bit & 1, bit >> 1 & 1, bit >> 2)
      var (other, weight) = (middle &+ isHigh &- 1, Float(1))
      for axis in 0..<3 {
        let t = p[axis] - corner[axis] + 0.5
        weight *= isHigh[axis] == 1 ? t : 1 - t
        // Beyond the border the cell inside stands for its neighbour.
        other[axis] = min(max(other[axis], 0), cells[axis] - 1)
      }
      mixed += unit(gradient(of: other, at: p)) * weight
    }
    return unit(mixed)
  }

  /// Cells that the zero surface may pass, above which grids are refused.
  static let maximumCrossed = 1 << 19

  /// Cells with values of both signs at their corners.
  var crossedCells: [SIMD3<Int>] {
    var result: [SIMD3<Int>] = []
    for z in 0..<cells.z {
      for y in 0..<cells.y {
        for x in 0..<cells.x {
          let inside = corners(SIMD3(x, y, z)).count { $0 < 0 }
          if inside > 0 && inside < 8 { result.append(SIMD3(x, y, z)) }
        }
      }
    }
    return result
  }

  /// Steps of the surface per cell: two follow a field of many cells closely, and one that of very many; few may bend more.
  private func steps(_ crossed: Int) -> Int {
    crossed > 1 << 16 ? 1 : max(2, (64 + cells.max() - 1) / cells.max() / 2)
  }

  /// The zero surface in these cells as a mesh with normals, open where the grid ends.
  func mesh(in crossed: [SIMD3<Int>], _ kind: Normals) -> MeshData {
    let steps = steps(crossed.count)
    let lattice = cells &* steps &+ 1
    func place(_ corner: Int) -> SIMD3<Float> {
      SIMD3<Float>(MarchingTetrahedra.coordinates(ofCorner: corner, in: lattice)) / Float(steps)
    }
    var marching = MarchingTetrahedra(size: lattice)
    for cell in crossed {
      for sub in 0..<steps * steps * steps {
        let offset = SIMD3(sub % steps, sub / steps % steps, sub / (steps * steps))
        marching.addCube(cell &* steps &+ offset) { value(at: place($0)) }
      }
    }
    var mesh = MeshData()
    mesh.triangles = marching.triangles
    for vertex in marching.vertices {
      let p = root(between: place(vertex.ends.0), place(vertex.ends.1), vertex)
      let (object, n) = (p / SIMD3<Float>(cells), normal(at: p, kind))
      mesh.positions += [object.x, object.y, object.z]
      mesh.normals += [n.x, n.y, n.z]
      // Textures are read at one place, as in Mitsuba.
      mesh.texcoords += [0, 0]
    }
    return mesh
  }

  /// Where the field is 0 on an edge inside a cell, by bisection.
  private func root(
    between a: SIMD3<Float>, _ b: SIMD3<Float>, _ vertex: MarchingTetrahedra.Vertex
  ) -> SIMD3<Float> {
    var (low, high) = (Float(0), Float(1))
    for _ in 0..<20 {
      let middle = 0.5 * (low + high)
      if (value(at: a + (b - a) * middle) < 0) == (vertex.values.0 < 0) { low = middle } else { high = middle }
    }
    // Away from the ends, so that no two vertices coincide.
    return a + (b - a) * min(max(0.5 * (low + high), 1e-3), 1 - 1e-3)
  }
}
