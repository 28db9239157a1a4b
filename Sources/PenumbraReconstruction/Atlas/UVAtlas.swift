/// Texture coordinates for a mesh: charts laid side by side in a picture.
public struct UVAtlas: Sendable {
  /// Size of the texture in texels.
  public let width: Int
  public let height: Int
  /// The mesh's vertex that each vertex with texture coordinates is, shape [vertices].
  public let sources: [Int32]
  /// In 0...1, v downwards from the first row, shape [vertices].
  public let coordinates: [SIMD2<Float>]
  /// The mesh's triangles in its order, with the new vertices.
  public let triangles: [SIMD3<UInt32>]

  /// Texels between charts, so that interpolation does not mix them.
  private static let margin = 2

  /// - Parameters:
  ///   - texelsPerUnit: wanted texels per world unit.
  ///   - largestSide: limit of the texture's width and height; the density is lowered to keep it.
  public init(_ mesh: TriangleMesh, texelsPerUnit: Float, largestSide: Int) {
    var density = texelsPerUnit
    // Packing wastes about a third.
    let wanted = (Float(1.5) * mesh.area).squareRoot() * density
    if wanted > Float(largestSide) { density *= Float(largestSide) / wanted }
    let charts = ChartSegmentation.charts(of: mesh, density: density)
    while true {
      let rectangles = charts.map { Self.rectangle(of: $0, mesh, density) }
      let packing = ShelfPacking(sizes: rectangles.map(\.size))
      if max(packing.width, packing.height) <= largestSide || density <= 1e-6 * texelsPerUnit {
        self.init(mesh, charts, rectangles, packing, density)
        return
      }
      density *= 0.9
    }
  }

  init(
    width: Int, height: Int, sources: [Int32], coordinates: [SIMD2<Float>], triangles: [SIMD3<UInt32>]
  ) {
    (self.width, self.height, self.sources) = (width, height, sources)
    (self.coordinates, self.triangles) = (coordinates, triangles)
  }

  private init(
    _ mesh: TriangleMesh, _ charts: [ChartSegmentation.Chart],
    _ rectangles: [(origin: SIMD2<Float>, size: SIMD2<Int>)], _ packing: ShelfPacking, _ density: Float
  ) {
    let size = SIMD2(Float(packing.width), Float(packing.height))
    var (sources, coordinates) = ([Int32](), [SIMD2<Float>]())
    var triangles = [SIMD3<UInt32>](repeating: .zero, count: mesh.triangles.count)
    for (number, chart) in charts.enumerated() {
      var known: [UInt32: UInt32] = [:]
      let offset = SIMD2<Float>(packing.positions[number] &+ Self.margin)
      for triangle in chart.triangles {
        for corner in 0..<3 {
          let vertex = mesh.triangles[triangle][corner]
          if known[vertex] == nil {
            known[vertex] = UInt32(sources.count)
            sources.append(Int32(vertex))
            let flat = chart.project(mesh.positions[Int(vertex)]) * density - rectangles[number].origin
            coordinates.append((flat + offset) / size)
          }
          triangles[triangle][corner] = known[vertex] ?? 0
        }
      }
    }
    (width, height) = (packing.width, packing.height)
    (self.sources, self.coordinates, self.triangles) = (sources, coordinates, triangles)
  }

  /// The chart's lower corner in texels, and how many texels it takes with margins.
  private static func rectangle(
    of chart: ChartSegmentation.Chart, _ mesh: TriangleMesh, _ density: Float
  ) -> (origin: SIMD2<Float>, size: SIMD2<Int>) {
    var (low, high) = (SIMD2<Float>(repeating: .infinity), SIMD2<Float>(repeating: -.infinity))
    for triangle in chart.triangles {
      let (a, b, c) = mesh.corners(mesh.triangles[triangle])
      for p in [a, b, c] {
        let flat = chart.project(p) * density
        low = pointwiseMin(low, flat)
        high = pointwiseMax(high, flat)
      }
    }
    let size = (high - low).rounded(.up)
    return (low, SIMD2(Int(size.x), Int(size.y)) &+ SIMD2(repeating: 2 * margin + 1))
  }

  /// World positions of the vertices with texture coordinates, shape [vertices × 3].
  func positions(of mesh: TriangleMesh) -> [Float] {
    sources.flatMap { index in
      let p = mesh.positions[Int(index)]
      return [p.x, p.y, p.z]
    }
  }

  /// Texel coordinates of a triangle's corners.
  func texelCorners(_ triangle: Int) -> [SIMD2<Float>] {
    let t = triangles[triangle]
    let size = SIMD2(Float(width), Float(height))
    return [coordinates[Int(t.x)] * size, coordinates[Int(t.y)] * size, coordinates[Int(t.z)] * size]
  }

  /// Every texel whose centre lies on the surface, with its triangle and barycentric coordinates.
  func surfaceTexels() -> [SurfaceTexel] {
    var texels: [SurfaceTexel] = []
    for triangle in triangles.indices {
      TexelRaster.visit(texelCorners(triangle)) { cell, barycentric in
        guard cell.x >= 0, cell.y >= 0, cell.x < width, cell.y < height else { return }
        texels.append(
          SurfaceTexel(index: Int32(Int(cell.y) * width + Int(cell.x)), triangle: Int32(triangle), at: barycentric))
      }
    }
    return texels
  }
}

/// A texel on the surface.
struct SurfaceTexel: Sendable {
  /// Row · width + column.
  var index: Int32
  var triangle: Int32
  /// Barycentric coordinates of its centre.
  var at: SIMD3<Float>
}
