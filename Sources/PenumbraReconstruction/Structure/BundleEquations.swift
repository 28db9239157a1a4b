import PenumbraInverse

/// JᵀWJ and −JᵀWr of a bundle, in blocks.
struct BundleEquations {
  /// Per observation: W's columns ∂²/∂camera ∂point.
  private var mixed: [(SIMD8<Double>, SIMD8<Double>, SIMD8<Double>)]
  /// Per camera: rows of its block, and the right side.
  private var cameraBlocks: [[SIMD8<Double>]]
  private var cameraRight: [SIMD8<Double>]
  private var pointBlocks: [Symmetric3]
  private var pointRight: [SIMD3<Double>]
  private let bundle: BundleAdjustment
  /// Unknowns of a camera; the seventh is the same of all.
  private let perCamera: Int

  init(_ bundle: BundleAdjustment, width: Double) {
    self.bundle = bundle
    perCamera = bundle.movesFocal ? 7 : 6
    mixed = bundle.observations.map { _ in (.zero, .zero, .zero) }
    cameraBlocks = bundle.cameras.map { _ in [SIMD8<Double>](repeating: .zero, count: 7) }
    cameraRight = bundle.cameras.map { _ in .zero }
    pointBlocks = bundle.points.map { _ in Symmetric3() }
    pointRight = bundle.points.map { _ in .zero }
    let distance = bundle.distance
    for (index, o) in bundle.observations.enumerated() {
      let camera = bundle.cameras[o.camera]
      let (pose, f) = (camera.pose, camera.pinhole.focal)
      let offset = bundle.points[o.point] - pose.position
      let p = pose.local(bundle.points[o.point])
      guard p.z > 1e-9 else { continue }
      let (x, y) = (p.x / p.z, p.y / p.z)
      let residual = SIMD2(camera.pinhole.cx + f * x, camera.pinhole.cy + f * y) - o.pixel
      let weight = 1 / (1 + (residual * residual).sum() / (width * width))
      // ∂(x, y) by the point; a turn ω of the axes moves local coordinates by ω · (axis × offset).
      let byPoint = [(pose.right - pose.forward * x) * (f / p.z), (pose.down - pose.forward * y) * (f / p.z)]
      let turns = [
        (cross(pose.right, offset) - cross(pose.forward, offset) * x) * (f / p.z),
        (cross(pose.down, offset) - cross(pose.forward, offset) * y) * (f / p.z),
      ]
      for k in 0..<2 {
        let (g, t, r) = (byPoint[k], turns[k], residual[k])
        let byFocal = bundle.movesFocal ? f * (k == 0 ? x : y) : 0
        let row = SIMD8(t.x, t.y, t.z, -g.x * distance, -g.y * distance, -g.z * distance, byFocal, 0)
        for i in 0..<perCamera { cameraBlocks[o.camera][i] += row * (weight * row[i]) }
        cameraRight[o.camera] -= row * (weight * r)
        pointBlocks[o.point].add(g, weight: weight)
        pointRight[o.point] -= g * (weight * r)
        mixed[index].0 += row * (weight * g.x)
        mixed[index].1 += row * (weight * g.y)
        mixed[index].2 += row * (weight * g.z)
      }
    }
    addExpectation()
  }

  /// Cameras are near where they were said to be.
  private mutating func addExpectation() {
    let weights = bundle.expectation
    for c in cameraBlocks.indices {
      for i in 0..<perCamera { cameraBlocks[c][i][i] += weights[i] }
      cameraRight[c] -= bundle.moved[c] * weights
    }
  }

  /// - Returns: `nil` when the damped system is not positive.
  func step(damping: Double) -> (cameras: [SIMD8<Double>], points: [SIMD3<Double>])? {
    let inverses = pointBlocks.map { $0.damped(damping).inverse }
    var steps = [SIMD8<Double>](repeating: .zero, count: bundle.cameras.count)
    if bundle.movesCameras {
      guard let found = cameraSteps(inverses, damping) else { return nil }
      steps = found
    }
    guard bundle.movesPoints else { return (steps, []) }
    var right = pointRight
    for (o, w) in zip(bundle.observations, mixed) {
      let s = steps[o.camera]
      right[o.point] -= SIMD3((w.0 * s).sum(), (w.1 * s).sum(), (w.2 * s).sum())
    }
    return (steps, zip(inverses, right).map { $0.times($1) })
  }

  private func cameraSteps(_ inverses: [Symmetric3], _ damping: Double) -> [SIMD8<Double>]? {
    let n = 6 * bundle.cameras.count + perCamera - 6
    var matrix = SymmetricMatrix(count: n)
    var right = [Double](repeating: 0, count: n)
    for (c, block) in cameraBlocks.enumerated() {
      for i in 0..<perCamera {
        for j in 0..<perCamera { matrix[unknown(c, i), unknown(c, j)] += block[i][j] }
        right[unknown(c, i)] += cameraRight[c][i]
      }
    }
    for i in 0..<n { matrix[i, i] *= 1 + damping }
    if bundle.movesPoints { eliminatePoints(inverses, &matrix.elements, &right, n) }
    guard let factor = CholeskyFactor(matrix) else { return nil }
    right = factor.solve(right)
    return bundle.cameras.indices.map { c in
      var step = SIMD8<Double>.zero
      for i in 0..<perCamera { step[i] = right[unknown(c, i)] }
      return step
    }
  }

  /// Where an unknown of a camera stands in the reduced system.
  private func unknown(_ camera: Int, _ i: Int) -> Int { i < 6 ? 6 * camera + i : 6 * bundle.cameras.count }

  /// Schur's complement: what points would follow is taken off.
  private func eliminatePoints(_ inverses: [Symmetric3], _ matrix: inout [Double], _ right: inout [Double], _ n: Int) {
    for (point, range) in bundle.ranges.enumerated() {
      let inverse = inverses[point]
      let pull = inverse.times(pointRight[point])
      for a in range {
        let (c, w) = (bundle.observations[a].camera, mixed[a])
        let change = w.0 * pull.x + w.1 * pull.y + w.2 * pull.z
        for i in 0..<perCamera { right[unknown(c, i)] -= change[i] }
        // W V⁻¹, then times Wᵀ.
        let rows = (
          w.0 * inverse.xx + w.1 * inverse.xy + w.2 * inverse.xz,
          w.0 * inverse.xy + w.1 * inverse.yy + w.2 * inverse.yz,
          w.0 * inverse.xz + w.1 * inverse.yz + w.2 * inverse.zz
        )
        for b in range {
          let (d, v) = (bundle.observations[b].camera, mixed[b])
          for i in 0..<perCamera {
            let row = v.0 * rows.0[i] + v.1 * rows.1[i] + v.2 * rows.2[i]
            for j in 0..<perCamera { matrix[unknown(c, i) * n + unknown(d, j)] -= row[j] }
          }
        }
      }
    }
  }
}
