/// The inverse of an affine map in double precision, as the intersection with stretched shapes needs it.
struct InverseMap {
  /// Rows of the inverse linear part.
  private let rows: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)
  private let translation: SIMD3<Double>

  /// From 12 or more row-major entries of a 3×4 or 4×4 matrix.
  @inline(__always) init(rowMajor m: UnsafePointer<Float>) {
    func column(_ i: Int) -> SIMD3<Double> { [Double(m[i]), Double(m[i + 4]), Double(m[i + 8])] }
    func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
      [a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x]
    }
    let (x, y, z) = (column(0), column(1), column(2))
    let yz = cross(y, z)
    let scale = 1 / (x * yz).sum()
    rows = (yz * scale, cross(z, x) * scale, cross(x, y) * scale)
    translation = column(3)
  }

  @inline(__always) func direction(_ v: SIMD3<Double>) -> SIMD3<Double> {
    [(rows.0 * v).sum(), (rows.1 * v).sum(), (rows.2 * v).sum()]
  }

  @inline(__always) func point(_ p: SIMD3<Double>) -> SIMD3<Double> { direction(p - translation) }

  /// Row-major 3×4 entries.
  var entries: [Float] {
    let moved = point(.zero)
    return [
      Float(rows.0.x), Float(rows.0.y), Float(rows.0.z), Float(moved.x), Float(rows.1.x), Float(rows.1.y),
      Float(rows.1.z), Float(moved.y), Float(rows.2.x), Float(rows.2.y), Float(rows.2.z), Float(moved.z),
    ]
  }
}
