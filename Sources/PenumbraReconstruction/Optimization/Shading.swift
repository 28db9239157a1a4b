/// How much light the vertices of a surface send back per base colour: smooth where colours are not.
struct Shading {
  /// Per vertex and channel, above 0.
  private(set) var values: [SIMD3<Float>]

  /// - Parameters:
  ///   - pictures: renders of the object in place of the photos.
  ///   - base: base colours that were rendered, per vertex.
  ///   - smoothing: how often the mean over neighbours is taken, against the noise of the pictures.
  init(_ object: TexturedMesh, pictures: [Photo], base: [SIMD3<Float>], smoothing: Int) {
    let seen = PhotoProjection(photos: pictures).vertexColors(of: object.mesh)
    values = zip(seen, base).map { color, base in
      color.map { $0 / pointwiseMax(base, SIMD3(repeating: 1e-3)) } ?? .zero
    }
    let known = seen.map { $0 == nil ? Float(0) : 1 }
    smooth(object.mesh, weights: known, rounds: smoothing)
  }

  /// Means over neighbours; vertices that no picture shows get the light beside them.
  private mutating func smooth(_ mesh: TriangleMesh, weights: [Float], rounds: Int) {
    var weights = weights
    var (round, isComplete) = (0, false)
    while round < rounds || !isComplete {
      var sums = zip(values, weights).map { $0 * $1 }
      var totals = weights
      for t in mesh.triangles {
        for i in 0..<3 {
          for j in 0..<3 where i != j {
            // Every edge belongs to two triangles.
            sums[Int(t[i])] += 0.5 * weights[Int(t[j])] * values[Int(t[j])]
            totals[Int(t[i])] += 0.5 * weights[Int(t[j])]
          }
        }
      }
      isComplete = true
      for v in values.indices {
        if totals[v] > 0 { values[v] = sums[v] / totals[v] } else { isComplete = false }
        weights[v] = totals[v] > 0 ? 1 : 0
      }
      round += 1
      // Parts that no picture shows at all stay as the rest is in the mean.
      if round > 500 { break }
    }
    let known = values.indices.filter { weights[$0] > 0 }
    let mean = known.reduce(SIMD3<Float>.zero) { $0 + values[$1] } / Float(max(known.count, 1))
    for v in values.indices where weights[v] == 0 { values[v] = mean }
    values = values.map { pointwiseMax($0, SIMD3(repeating: 1e-4)) }
  }

  /// Radiance divided by the light, per texel; texels off the surface keep `fallback`.
  func divide(_ object: TexturedMesh, fallback: [Float]) -> [Float] {
    var (result, known) = (fallback, [Bool](repeating: false, count: fallback.count / 3))
    let (width, height) = (object.atlas.width, object.atlas.height)
    for texel in object.atlas.surfaceTexels() {
      let t = object.mesh.triangles[Int(texel.triangle)]
      let light = values[Int(t.x)] * texel.at.x + values[Int(t.y)] * texel.at.y + values[Int(t.z)] * texel.at.z
      for c in 0..<3 {
        let i = 3 * Int(texel.index) + c
        result[i] = object.texels[i] / light[c]
      }
      known[Int(texel.index)] = true
    }
    TextureFill.dilate(&result, channels: 3, known: &known, width: width, height: height, rounds: 2)
    TextureFill.fill(&result, channels: 3, known: known, width: width, height: height)
    return result
  }
}

extension TexturedMesh {
  /// Mean of a texture around each vertex.
  ///
  /// - Parameter texture: linear RGB, shape of the atlas [height × width × 3].
  func vertexMeans(of texture: [Float]) -> [SIMD3<Float>] {
    var (sums, totals) = ([SIMD3<Float>](repeating: .zero, count: mesh.positions.count), [Float]())
    totals = [Float](repeating: 0, count: mesh.positions.count)
    for texel in atlas.surfaceTexels() {
      let t = mesh.triangles[Int(texel.triangle)]
      let at = 3 * Int(texel.index)
      let color = SIMD3(texture[at], texture[at + 1], texture[at + 2])
      for i in 0..<3 {
        sums[Int(t[i])] += texel.at[i] * color
        totals[Int(t[i])] += texel.at[i]
      }
    }
    let mean = sums.reduce(.zero, +) / max(totals.reduce(0, +), 1e-6)
    return zip(sums, totals).map { $1 > 1e-3 ? $0 / $1 : mean }
  }
}
