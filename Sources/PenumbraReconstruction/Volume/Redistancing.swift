/// Makes a field a signed distance again without moving its zero surface: fast sweeping.
///
/// Values are in cubes of the grid. Corners beside the surface get their distance from the field's own slope, the others
/// from |∇d| = 1.
///
/// - Source: Zhao 2005, *A fast sweeping method for eikonal equations*.
struct Redistancing {
  private let size: SIMD3<Int>
  private var distance: [Float]
  private var isFixed: [Bool]

  /// - Parameters:
  ///   - values: negative inside, shape [size.z × size.y × size.x].
  ///   - limit: distances are found up to this many cubes, and cut off there.
  static func apply(_ values: [Float], size: SIMD3<Int>, limit: Float) -> [Float] {
    var sweeping = Redistancing(values, size: size, limit: limit)
    for order in 0..<8 { sweeping.sweep(order) }
    return zip(values, sweeping.distance).map { $0 < 0 ? -min($1, limit) : min($1, limit) }
  }

  private init(_ values: [Float], size: SIMD3<Int>, limit: Float) {
    self.size = size
    distance = [Float](repeating: limit, count: values.count)
    isFixed = [Bool](repeating: false, count: values.count)
    let strides = [1, size.x, size.x * size.y]
    for z in 0..<size.z {
      for y in 0..<size.y {
        for x in 0..<size.x {
          let i = (z * size.y + y) * size.x + x
          let place = SIMD3(x, y, z)
          // 1 / d² = Σ over axes of 1 / (distance to the crossing along the axis)².
          var sum: Float = 0
          for axis in 0..<3 {
            var nearest = Float.infinity
            for step in [-1, 1] where place[axis] + step >= 0 && place[axis] + step < size[axis] {
              let other = values[i + step * strides[axis]]
              if (values[i] < 0) != (other < 0) { nearest = min(nearest, values[i] / (values[i] - other)) }
            }
            if nearest.isFinite { sum += 1 / max(nearest * nearest, 1e-6) }
          }
          if sum > 0 {
            distance[i] = 1 / sum.squareRoot()
            isFixed[i] = true
          }
        }
      }
    }
  }

  /// One of the eight orders of visiting the corners.
  private mutating func sweep(_ order: Int) {
    let (nx, ny, nz) = (size.x, size.y, size.z)
    distance.withUnsafeMutableBufferPointer { d in
      isFixed.withUnsafeBufferPointer { fixed in
        for iz in 0..<nz {
          let z = order & 4 == 0 ? iz : nz - 1 - iz
          for iy in 0..<ny {
            let y = order & 2 == 0 ? iy : ny - 1 - iy
            for ix in 0..<nx {
              let x = order & 1 == 0 ? ix : nx - 1 - ix
              let i = (z * ny + y) * nx + x
              if fixed[i] { continue }
              let a = min(x > 0 ? d[i - 1] : .infinity, x < nx - 1 ? d[i + 1] : .infinity)
              let b = min(y > 0 ? d[i - nx] : .infinity, y < ny - 1 ? d[i + nx] : .infinity)
              let c = min(z > 0 ? d[i - nx * ny] : .infinity, z < nz - 1 ? d[i + nx * ny] : .infinity)
              let new = Self.solve(a, b, c)
              if new < d[i] { d[i] = new }
            }
          }
        }
      }
    }
  }

  /// The distance whose upwind slope is 1, from the nearest neighbours along three axes.
  @inline(__always)
  private static func solve(_ x: Float, _ y: Float, _ z: Float) -> Float {
    let low = min(x, min(y, z))
    let high = max(x, max(y, z))
    let middle = max(min(x, y), min(max(x, y), z))
    var d = low + 1
    if d > middle {
      let gap = middle - low
      d = 0.5 * (low + middle + max(2 - gap * gap, 0).squareRoot())
      if d > high {
        let sum = low + middle + high
        let squares = low * low + middle * middle + high * high
        d = (sum + max(sum * sum - 3 * (squares - 1), 0).squareRoot()) / 3
      }
    }
    return d
  }
}
