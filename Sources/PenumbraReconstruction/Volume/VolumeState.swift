/// A fuzzy surface with colours on a grid, and the state of its optimizer.
struct VolumeState: Sendable {
  /// Signed distance in cubes.
  var field: ScalarField
  /// Linear RGB per corner, shape [corners × 3].
  var colors: [Float]
  /// Whether any ray has said something about a corner's colour.
  var isColored: [Bool]
  /// First and second moments of Adam: distance, then colour.
  var moments: [SIMD4<Float>]
  var squares: [SIMD4<Float>]
  /// Corners near the surface, ascending, and the number of each corner among them.
  private(set) var active: [Int32] = []
  private(set) var numbers: [Int32] = []

  /// Corners this near to the surface, in cubes, may change.
  static let band: Float = 5

  /// - Parameter field: in world units.
  init(_ field: ScalarField, color: SIMD3<Float>) {
    self.field = field
    let count = field.values.count
    for i in 0..<count { self.field.values[i] /= field.spacing }
    colors = (0..<(3 * count)).map { color[$0 % 3] }
    isColored = [Bool](repeating: false, count: count)
    moments = [SIMD4<Float>](repeating: .zero, count: count)
    squares = moments
    redistance()
  }

  /// Makes the field a distance again and finds the corners near its surface.
  mutating func redistance() {
    field.values = Redistancing.apply(field.values, size: field.size, limit: 2 * Self.band)
    field.closeBorder()
    numbers = [Int32](repeating: -1, count: field.values.count)
    active = []
    for z in 1..<(field.size.z - 1) {
      for y in 1..<(field.size.y - 1) {
        for x in 1..<(field.size.x - 1) {
          let i = field.index(x, y, z)
          guard abs(field.values[i]) < Self.band else { continue }
          numbers[i] = Int32(active.count)
          active.append(Int32(i))
        }
      }
    }
    spreadColors()
  }

  /// Corners that the surface may reach next get the colours beside them.
  private mutating func spreadColors() {
    let steps = neighbourSteps
    for _ in 0..<Int(Self.band) {
      var found: [(Int, SIMD3<Float>)] = []
      for corner in active where !isColored[Int(corner)] {
        var (sum, count) = (SIMD3<Float>.zero, Float(0))
        for step in steps where isColored[Int(corner) + step] {
          let at = 3 * (Int(corner) + step)
          sum += SIMD3(colors[at], colors[at + 1], colors[at + 2])
          count += 1
        }
        if count > 0 { found.append((Int(corner), sum / count)) }
      }
      for (corner, color) in found {
        for c in 0..<3 { colors[3 * corner + c] = color[c] }
        isColored[corner] = true
      }
    }
  }

  var neighbourSteps: [Int] {
    let (nx, nxy) = (field.size.x, field.size.x * field.size.y)
    return [-1, 1, -nx, nx, -nxy, nxy]
  }

  /// The field in world units.
  var surfaceField: ScalarField {
    var result = field
    for i in result.values.indices { result.values[i] *= field.spacing }
    result.closeBorder()
    return result
  }

  /// The same surface on a grid `factor` times finer.
  func refined(by factor: Double) -> VolumeState {
    let extent = SIMD3<Double>(SIMD3<Float>(field.size &- 1) * field.spacing)
    let lower = SIMD3<Double>(field.origin)
    let resolution = Int((Double(field.size.max() - 1) * factor).rounded())
    let coarse = self
    let fine = ScalarField(box: Box(lower, lower + extent), resolution: resolution) { grid, y, z in
      (0..<grid.size.x).map { coarse.lookup(grid.position($0, y, z)).distance * coarse.field.spacing }
    }
    var result = VolumeState(fine, color: .zero)
    for z in 0..<fine.size.z {
      for y in 0..<fine.size.y {
        for x in 0..<fine.size.x {
          let (_, color, known) = lookup(fine.position(x, y, z))
          let i = fine.index(x, y, z)
          for c in 0..<3 { result.colors[3 * i + c] = color[c] }
          result.isColored[i] = known
        }
      }
    }
    return result
  }

  private func lookup(_ point: SIMD3<Float>) -> (distance: Float, color: SIMD3<Float>, isColored: Bool) {
    let limit = SIMD3<Float>(field.size &- 1) - 1e-3
    let p = pointwiseMin(pointwiseMax((point - field.origin) / field.spacing, .zero), limit)
    let (nx, nxy) = (field.size.x, field.size.x * field.size.y)
    let place = Trilinear(p, nx, nxy)
    var (distance, color, known) = (Float(0), SIMD3<Float>.zero, false)
    for corner in 0..<8 {
      let i = place.base + (corner & 1) + (corner >> 1 & 1) * nx + (corner >> 2) * nxy
      distance += place.weights[corner] * field.values[i]
      color += place.weights[corner] * SIMD3(colors[3 * i], colors[3 * i + 1], colors[3 * i + 2])
      known = known || isColored[i]
    }
    return (distance, color, known)
  }
}
