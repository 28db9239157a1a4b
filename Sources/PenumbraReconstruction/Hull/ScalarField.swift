/// Numbers on the corners of a regular grid of cubes.
struct ScalarField: Sendable {
  /// World position of the corner (0, 0, 0).
  let origin: SIMD3<Float>
  /// Side of a cube, in world units.
  let spacing: Float
  /// Corners along x, y and z; at least 2 each.
  let size: SIMD3<Int>
  /// x fastest, shape [size.z × size.y × size.x].
  var values: [Float]

  init(origin: SIMD3<Float>, spacing: Float, size: SIMD3<Int>, values: [Float]) {
    precondition(values.count == size.x * size.y * size.z, "\(values.count) values for \(size) corners")
    (self.origin, self.spacing, self.size, self.values) = (origin, spacing, size, values)
  }

  /// A field over a box with `resolution` cubes along its longest side.
  ///
  /// - Parameter row: values of the corners (0..<size.x, y, z).
  init(box: Box, resolution: Int, row: @Sendable (_ grid: Grid, _ y: Int, _ z: Int) -> [Float]) {
    let grid = Grid(box: box, resolution: resolution)
    let rows = Parallel.map(grid.size.y * grid.size.z) { row(grid, $0 % grid.size.y, $0 / grid.size.y) }
    self.init(origin: grid.origin, spacing: grid.spacing, size: grid.size, values: rows.flatMap(\.self))
  }

  /// Where the corners of a field are.
  struct Grid: Sendable {
    let origin: SIMD3<Float>
    let spacing: Float
    let size: SIMD3<Int>

    init(box: Box, resolution: Int) {
      let extent = SIMD3<Float>(box.upper - box.lower)
      spacing = extent.max() / Float(resolution)
      size = SIMD3(
        Int((extent.x / spacing).rounded(.up)) + 1, Int((extent.y / spacing).rounded(.up)) + 1,
        Int((extent.z / spacing).rounded(.up)) + 1)
      origin = SIMD3<Float>((box.lower + box.upper) / 2) - spacing * SIMD3<Float>(size &- 1) / 2
    }

    func position(_ x: Int, _ y: Int, _ z: Int) -> SIMD3<Float> {
      origin + spacing * SIMD3(Float(x), Float(y), Float(z))
    }
  }

  func index(_ x: Int, _ y: Int, _ z: Int) -> Int { (z * size.y + y) * size.x + x }

  func position(_ x: Int, _ y: Int, _ z: Int) -> SIMD3<Float> { origin + spacing * SIMD3(Float(x), Float(y), Float(z)) }

  /// Makes the outermost corners positive, so that the zero surface is closed inside the grid.
  mutating func closeBorder() {
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x
        where x == 0 || y == 0 || z == 0 || x == size.x - 1 || y == size.y - 1 || z == size.z - 1 {
          let i = index(x, y, z)
          values[i] = max(values[i], 0.5 * spacing)
        }
      }
    }
  }
}

/// An axis-aligned box in the world.
public struct Box: Sendable, Equatable {
  public var lower: SIMD3<Double>
  public var upper: SIMD3<Double>

  public init(_ lower: SIMD3<Double>, _ upper: SIMD3<Double>) { (self.lower, self.upper) = (lower, upper) }

  public var center: SIMD3<Double> { (lower + upper) / 2 }
  public var diagonal: Double { length(upper - lower) }

  /// Grown on every side by a share of its longest side.
  public func grown(by share: Double) -> Box {
    let margin = SIMD3(repeating: share * (upper - lower).max())
    return Box(lower - margin, upper + margin)
  }
}
