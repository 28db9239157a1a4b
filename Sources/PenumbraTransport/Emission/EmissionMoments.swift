/// How the power of a set of lights is spread over directions: moments of the lights' normals n, weighted by power.
struct EmissionMoments {
  /// Σ w n.
  var first = Vector3.zero
  /// Σ w n nᵀ: xx, yy, zz.
  var squares = Vector3.zero
  /// Σ w n nᵀ: yz, zx, xy.
  var products = Vector3.zero

  init() {}

  /// Of a light that shines with the cosine to its normal.
  init(power: Float, normal n: Vector3) {
    first = power * n
    squares = power * n * n
    products = power * Vector3(n.y * n.z, n.z * n.x, n.x * n.y)
  }

  /// Of a light that shines in all directions.
  init(isotropic power: Float) { squares = Vector3(repeating: power / 3) }

  mutating func add(_ other: Self) {
    first += other.first
    squares += other.squares
    products += other.products
  }

  /// Moments of the unit of power.
  func divided(by power: Float) -> Self {
    guard power > 0 else { return Self(isotropic: 1) }
    var result = self
    result.first /= power
    result.squares /= power
    result.products /= power
    return result
  }
}
