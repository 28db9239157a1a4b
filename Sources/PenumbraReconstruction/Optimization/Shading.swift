/// How much light the vertices of a surface send back per base colour, and how much they send back whatever their base
/// colour.
///
/// Where light comes from is known without noise from rays; what it becomes at the surface, and between surfaces, is
/// rendered, and smooth.
struct Shading {
  /// Per vertex and channel, above 0.
  private(set) var values: [SIMD3<Float>]
  /// Radiance of reflections, per vertex and channel.
  private(set) var gloss: [SIMD3<Float>]

  /// - Parameters:
  ///   - pictures: renders of the object in place of the photos.
  ///   - gloss: the same of a black object, whose light is all reflected at the surface.
  ///   - base: base colours that were rendered, per vertex.
  ///   - irradiance: over π, per vertex.
  ///   - smoothing: how often the mean over neighbours is taken, against the noise of the pictures.
  init(
    _ object: TexturedMesh, pictures: [Photo], gloss: [Photo], base: [SIMD3<Float>], irradiance: [SIMD3<Float>],
    smoothing: Int
  ) {
    let seen = PhotoProjection(photos: pictures).vertexColors(of: object.mesh)
    let reflected = PhotoProjection(photos: gloss).vertexColors(of: object.mesh)
    // The factor k that makes k b E what is seen, in the least-squares sense over neighbours.
    let (floor, dark) = (SIMD3<Float>(repeating: 1e-3), Self.darkest(irradiance))
    let received = irradiance.map { pointwiseMax($0, dark) }
    var sums = seen.indices.map { i -> Sums in
      guard let all = seen[i], let mirror = reflected[i] else { return Sums() }
      let sent = pointwiseMax(base[i], floor) * received[i]
      return Sums(product: sent * pointwiseMax(all - mirror, .zero), square: sent * sent, gloss: mirror, count: 1)
    }
    Self.smooth(&sums, object.mesh, rounds: smoothing)
    let known = sums.filter { $0.count > 0 }
    let (tiny, least) = (floor * floor * dark * dark, SIMD3<Float>(repeating: 0.05))
    let typical = known.reduce(Sums()) { $0 + $1 }
    // Parts that no picture shows at all stay as the rest is in the mean.
    sums = sums.map { $0.count > 0 ? $0 : typical }
    values = zip(sums, received).map { $1 * pointwiseMax($0.product / pointwiseMax($0.square, tiny), least) }
    self.gloss = sums.map { $0.gloss / max($0.count, 1e-6) }
  }

  /// Of a surface that reflects nothing and scatters all directions alike.
  init(irradiance: [SIMD3<Float>]) {
    let dark = Self.darkest(irradiance)
    values = irradiance.map { pointwiseMax($0, dark) }
    gloss = irradiance.map { _ in .zero }
  }

  /// What every vertex gets at least: a hundredth of the mean.
  private static func darkest(_ irradiance: [SIMD3<Float>]) -> SIMD3<Float> {
    0.01 * (irradiance.reduce(.zero, +) / Float(max(irradiance.count, 1))) + 1e-6
  }

  private struct Sums {
    var product = SIMD3<Float>.zero
    var square = SIMD3<Float>.zero
    var gloss = SIMD3<Float>.zero
    var count: Float = 0

    static func + (a: Sums, b: Sums) -> Sums {
      Sums(
        product: a.product + b.product, square: a.square + b.square, gloss: a.gloss + b.gloss, count: a.count + b.count)
    }

    static func * (factor: Float, a: Sums) -> Sums {
      Sums(product: factor * a.product, square: factor * a.square, gloss: factor * a.gloss, count: factor * a.count)
    }
  }

  /// Sums over neighbours; vertices that no picture shows get the light beside them.
  private static func smooth(_ sums: inout [Sums], _ mesh: TriangleMesh, rounds: Int) {
    var (round, isComplete) = (0, false)
    while round < 500, round < rounds || !isComplete {
      let before = sums
      isComplete = true
      // Behind the wanted rounds only what is not known yet is filled.
      for t in mesh.triangles {
        for i in 0..<3 where round < rounds || before[Int(t[i])].count == 0 {
          // Every edge belongs to two triangles.
          for j in 0..<3 where i != j { sums[Int(t[i])] = sums[Int(t[i])] + 0.5 * before[Int(t[j])] }
        }
      }
      for v in sums.indices {
        if sums[v].count > 0 { sums[v] = (1 / sums[v].count) * sums[v] } else { isComplete = false }
      }
      round += 1
    }
  }

  /// Radiance without reflections divided by the light, per texel; texels off the surface keep `fallback`.
  func divide(_ object: TexturedMesh, fallback: [Float]) -> [Float] {
    var (result, known) = (fallback, [Bool](repeating: false, count: fallback.count / 3))
    let (width, height) = (object.atlas.width, object.atlas.height)
    for texel in object.atlas.surfaceTexels() {
      let t = object.mesh.triangles[Int(texel.triangle)]
      let light = values[Int(t.x)] * texel.at.x + values[Int(t.y)] * texel.at.y + values[Int(t.z)] * texel.at.z
      let mirror = gloss[Int(t.x)] * texel.at.x + gloss[Int(t.y)] * texel.at.y + gloss[Int(t.z)] * texel.at.z
      for c in 0..<3 {
        let i = 3 * Int(texel.index) + c
        result[i] = max(object.texels[i] - mirror[c], 0) / light[c]
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
