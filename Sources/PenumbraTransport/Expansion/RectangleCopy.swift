/// The corners and texture coordinates of a rectangle, which follow from its world matrix: p = M (±1, ±1, 0).
struct RectangleCopy {
  var shape: Int
  /// Expanded-vector offset of the 3×4 matrix.
  var matrix: Int
  /// Expanded-vector offset of 4 corners, then of 4 texture coordinates.
  var vertices: Int

  /// Numbers from `vertices` on.
  static let count = 12 + 8
  private static let corners: [SIMD2<Float>] = [[-1, -1], [1, -1], [1, 1], [-1, 1]]

  func expand(_ e: UnsafeMutablePointer<Float>) {
    let map = AffineMap<Float>(rowMajor: e + matrix)
    for (i, corner) in Self.corners.enumerated() {
      let p = map.point(Vector(corner.x, corner.y, 0)).value
      for axis in 0..<3 { e[vertices + 3 * i + axis] = p[axis] }
      e[vertices + 12 + 2 * i] = 0.5 * (corner.x + 1)
      e[vertices + 12 + 2 * i + 1] = 0.5 * (corner.y + 1)
    }
  }

  /// Marks the corners when the matrix is marked.
  func mark(_ marks: inout [Bool]) {
    guard marks[matrix..<(matrix + 12)].contains(true) else { return }
    for i in 0..<12 { marks[vertices + i] = true }
  }

  /// Forward: the corners' velocities from the matrix's, both in `tangent`.
  func pushForward(_ tangent: UnsafeMutablePointer<Float>) {
    for (i, corner) in Self.corners.enumerated() {
      for axis in 0..<3 {
        let row = tangent + (matrix + 4 * axis)
        tangent[vertices + 3 * i + axis] = row[0] * corner.x + row[1] * corner.y + row[3]
      }
    }
  }

  /// Reverse: adds the gradient of the matrix for that of the corners, both in `gradient`.
  func pullBack(_ gradient: UnsafeMutablePointer<Double>) {
    for (i, corner) in Self.corners.enumerated() {
      for axis in 0..<3 {
        let g = gradient[vertices + 3 * i + axis]
        gradient[matrix + 4 * axis] += g * Double(corner.x)
        gradient[matrix + 4 * axis + 1] += g * Double(corner.y)
        gradient[matrix + 4 * axis + 3] += g
      }
    }
  }
}
