/// What a camera sees of a mesh: depth and triangle at every pixel centre.
struct DepthMap: Sendable {
  let width: Int
  let height: Int
  /// Along the view, infinity where nothing is, shape [height × width].
  private(set) var depths: [Float]
  /// −1 where nothing is, shape [height × width].
  private(set) var triangles: [Int32]

  init(_ mesh: TriangleMesh, from camera: Camera) {
    (width, height) = (camera.pinhole.width, camera.pinhole.height)
    depths = [Float](repeating: .infinity, count: width * height)
    triangles = [Int32](repeating: -1, count: width * height)
    let points = mesh.positions.map { p -> SIMD3<Float>? in
      camera.project(SIMD3<Double>(p)).map { SIMD3(Float($0.pixel.x), Float($0.pixel.y), Float(1 / $0.depth)) }
    }
    let size = SIMD2(Float(width), Float(height))
    for (number, t) in mesh.triangles.enumerated() {
      // Triangles that reach behind the camera are left out: they fill the picture's border at most.
      guard let a = points[Int(t.x)], let b = points[Int(t.y)], let c = points[Int(t.z)] else { continue }
      let low = pointwiseMin(a, pointwiseMin(b, c))
      let high = pointwiseMax(a, pointwiseMax(b, c))
      guard high.x > 0, high.y > 0, low.x < size.x, low.y < size.y else { continue }
      let corners = [SIMD2(a.x, a.y), SIMD2(b.x, b.y), SIMD2(c.x, c.y)]
      TexelRaster.visit(corners) { pixel, at in
        guard pixel.x >= 0, pixel.y >= 0, pixel.x < width, pixel.y < height else { return }
        let depth = 1 / (at.x * a.z + at.y * b.z + at.z * c.z)
        let index = Int(pixel.y) * width + Int(pixel.x)
        if depth < depths[index] {
          depths[index] = depth
          triangles[index] = Int32(number)
        }
      }
    }
  }

  /// The greatest and least depth at the four pixels around a position; `nil` where one of them sees nothing.
  func range(at pixel: SIMD2<Double>) -> ClosedRange<Float>? {
    let around = Bilinear(pixel, width, height).indices
    var (low, high) = (Float.infinity, -Float.infinity)
    for i in 0..<4 {
      let depth = depths[Int(around[i])]
      low = min(low, depth)
      high = max(high, depth)
    }
    return high.isFinite ? low...high : nil
  }

  /// Intersection over union with a mask.
  func overlap(with mask: [Float]) -> Double {
    var (both, either) = (0, 0)
    for i in mask.indices {
      let (a, b) = (triangles[i] >= 0, mask[i] > 0.5)
      if a && b { both += 1 }
      if a || b { either += 1 }
    }
    return either > 0 ? Double(both) / Double(either) : 1
  }
}
