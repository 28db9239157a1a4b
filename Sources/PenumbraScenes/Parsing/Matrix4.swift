import Foundation

/// A 4×4 transform in double precision, by rows. Points are column vectors: p' = M p.
public struct Matrix4: Sendable, Equatable {
  public var rows: (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>, SIMD4<Double>)

  public init(_ r0: SIMD4<Double>, _ r1: SIMD4<Double>, _ r2: SIMD4<Double>, _ r3: SIMD4<Double>) {
    rows = (r0, r1, r2, r3)
  }

  public static let identity = Matrix4([1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1])

  /// 16 numbers, row-major.
  public init(rowMajor v: [Double]) {
    precondition(v.count == 16, "\(v.count) elements")
    self.init(
      [v[0], v[1], v[2], v[3]], [v[4], v[5], v[6], v[7]], [v[8], v[9], v[10], v[11]], [v[12], v[13], v[14], v[15]])
  }

  public static func == (a: Matrix4, b: Matrix4) -> Bool {
    a.rows.0 == b.rows.0 && a.rows.1 == b.rows.1 && a.rows.2 == b.rows.2 && a.rows.3 == b.rows.3
  }

  /// Row-major elements.
  public var elements: [Double] {
    [rows.0, rows.1, rows.2, rows.3].flatMap { [$0.x, $0.y, $0.z, $0.w] }
  }

  /// `a * b` applies `b` first.
  public static func * (a: Matrix4, b: Matrix4) -> Matrix4 {
    func row(_ r: SIMD4<Double>) -> SIMD4<Double> { r.x * b.rows.0 + r.y * b.rows.1 + r.z * b.rows.2 + r.w * b.rows.3 }
    return Matrix4(row(a.rows.0), row(a.rows.1), row(a.rows.2), row(a.rows.3))
  }

  /// Column `index` without its last element.
  func column(_ index: Int) -> SIMD3<Double> { [rows.0[index], rows.1[index], rows.2[index]] }

  func point(_ p: SIMD3<Double>) -> SIMD3<Double> {
    let v = SIMD4(p, 1)
    return [(rows.0 * v).sum(), (rows.1 * v).sum(), (rows.2 * v).sum()]
  }

  /// Transforms a normal by the inverse transpose, up to a positive factor.
  func normal(_ n: SIMD3<Double>) -> SIMD3<Double> {
    let (x, y, z) = (column(0), column(1), column(2))
    let cofactors = n.x * cross(y, z) + n.y * cross(z, x) + n.z * cross(x, y)
    return determinant < 0 ? -cofactors : cofactors
  }

  /// Determinant of the linear part.
  var determinant: Double { dot(column(0), cross(column(1), column(2))) }

  var isFinite: Bool { elements.allSatisfy { $0.isFinite } }
  var isAffine: Bool { rows.3 == [0, 0, 0, 1] }
}

// MARK: - Constructors

extension Matrix4 {
  public static func translation(_ t: SIMD3<Double>) -> Matrix4 {
    Matrix4([1, 0, 0, t.x], [0, 1, 0, t.y], [0, 0, 1, t.z], [0, 0, 0, 1])
  }

  public static func scale(_ s: SIMD3<Double>) -> Matrix4 {
    Matrix4([s.x, 0, 0, 0], [0, s.y, 0, 0], [0, 0, s.z, 0], [0, 0, 0, 1])
  }

  /// Counter-clockwise rotation about `axis` by `radians`.
  public static func rotation(axis: SIMD3<Double>, radians: Double) -> Matrix4 {
    rodrigues(normalize(axis), radians: radians)
  }

  /// cos φ · 1 + sin φ · [a]× + (1 − cos φ) · a aᵀ: a rotation where `a` has length 1. Mitsuba takes it for any axis.
  static func rodrigues(_ a: SIMD3<Double>, radians: Double) -> Matrix4 {
    let (s, c) = (sin(radians), cos(radians))
    let t = 1 - c
    return Matrix4(
      [t * a.x * a.x + c, t * a.x * a.y - s * a.z, t * a.x * a.z + s * a.y, 0],
      [t * a.x * a.y + s * a.z, t * a.y * a.y + c, t * a.y * a.z - s * a.x, 0],
      [t * a.x * a.z - s * a.y, t * a.y * a.z + s * a.x, t * a.z * a.z + c, 0], [0, 0, 0, 1])
  }

  /// Local +z towards `target`, +y near `up` (any perpendicular when `up` is zero), +x to the left of the picture.
  ///
  /// - Returns: `nil` when the points coincide or `up` is parallel to the view.
  public static func lookAt(origin: SIMD3<Double>, target: SIMD3<Double>, up: SIMD3<Double>) -> Matrix4? {
    let direction = normalize(target - origin)
    let upward = up == .zero ? orthonormalBasis(direction).0 : up
    let left = normalize(cross(upward, direction))
    let top = cross(direction, left)
    let matrix = frame(left, top, direction, origin)
    return matrix.isFinite ? matrix : nil
  }

  /// Local +z along `direction`, as Mitsuba builds it from a direction alone.
  static func lookAlong(_ direction: SIMD3<Double>) -> Matrix4 {
    let z = normalize(direction)
    let (s, t) = orthonormalBasis(z)
    return lookAt(origin: .zero, target: z, up: s) ?? frame(s, t, z, .zero)
  }

  /// Rotation that takes +z to the unit vector `normal`.
  static func orthonormalFrame(normal: SIMD3<Double>) -> Matrix4 {
    let (s, t) = orthonormalBasis(normal)
    return frame(s, t, normal, .zero)
  }

  private static func frame(_ x: SIMD3<Double>, _ y: SIMD3<Double>, _ z: SIMD3<Double>, _ o: SIMD3<Double>) -> Matrix4 {
    Matrix4([x.x, y.x, z.x, o.x], [x.y, y.y, z.y, o.y], [x.z, y.z, z.z, o.z], [0, 0, 0, 1])
  }

  /// Two unit vectors perpendicular to the unit vector `n` (Duff et al. 2017, JCGT 6(1)).
  private static func orthonormalBasis(_ n: SIMD3<Double>) -> (SIMD3<Double>, SIMD3<Double>) {
    let sign: Double = n.z < 0 ? -1 : 1
    let a = -1 / (sign + n.z)
    let b = n.x * n.y * a
    return ([1 + sign * n.x * n.x * a, sign * b, -sign * n.x], [b, sign + n.y * n.y * a, -n.y])
  }
}

// MARK: - Vectors

func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }

func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
  [a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x]
}

func length(_ a: SIMD3<Double>) -> Double { dot(a, a).squareRoot() }

func normalize(_ a: SIMD3<Double>) -> SIMD3<Double> { a / length(a) }

// MARK: - Classification

extension Matrix4 {
  /// Whether the linear part is a rotation times one factor (which may be negative).
  func isSimilarity(tolerance: Double) -> Bool {
    let (x, y, z) = (column(0), column(1), column(2))
    let square = dot(x, x)
    guard square > 0 else { return false }
    let errors = [dot(y, y) - square, dot(z, z) - square, dot(x, y), dot(y, z), dot(z, x)]
    return errors.allSatisfy { abs($0) <= tolerance * square }
  }

  /// Whether the linear part keeps lengths: a rotation, or one with a reflection.
  func isRigid(tolerance: Double) -> Bool {
    isSimilarity(tolerance: tolerance) && abs(abs(determinant) - 1) <= 2 * tolerance
  }
}
