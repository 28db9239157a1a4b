/// A mesh's world positions and normals, p = s R (v − pivot) + pivot + t and n = R n₀, with their derivatives.
///
/// The pivot is a constant of the scene: a moving vertex does not move what the pose turns about.
struct MeshCopy {
  var shape: Int
  var vertexCount: Int
  /// θ offsets.
  var sourcePositions: Int
  var sourceNormals: Int?
  var pose: Pose
  var pivot: Vector3
  /// Expanded-vector offsets.
  var positions: Int
  var normals: Int?

  /// The images of the axes under scale and rotation, and under rotation alone.
  private struct Turn<S: ShadingScalar> {
    var scaled: AffineMap<S>
    var rotated: AffineMap<S>

    init(rotation: Vector<S>, scale: S) {
      let turn = Rotation(axisAngle: rotation)
      let axes = [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)].map { turn.apply(Vector<S>($0)) }
      let origin = Vector<S>(Vector3.zero)
      rotated = AffineMap(x: axes[0], y: axes[1], z: axes[2], translation: origin)
      scaled = AffineMap(x: axes[0] * scale, y: axes[1] * scale, z: axes[2] * scale, translation: origin)
    }
  }

  private static func load(_ p: UnsafePointer<Float>, _ offset: Int?) -> Vector3 {
    offset.map { Vector3(p[$0], p[$0 + 1], p[$0 + 2]) } ?? .zero
  }

  /// Writes the values.
  func expand(_ e: UnsafeMutablePointer<Float>) {
    let (translation, rotation) = (Self.load(e, pose.translate), Self.load(e, pose.rotate))
    let scale = pose.scale.map { e[$0] } ?? 1
    let source = e + sourcePositions
    let target = e + positions
    if translation.isZero && rotation.isZero && scale == 1 {
      target.update(from: source, count: 3 * vertexCount)
      if let normals, let sourceNormals { (e + normals).update(from: e + sourceNormals, count: 3 * vertexCount) }
      return
    }
    let turn = Rotation(axisAngle: Vector<Float>(rotation))
    for i in 0..<vertexCount {
      let p = Self.load(source, 3 * i) - pivot
      let moved = turn.apply(Vector(p * scale)).value + pivot + translation
      for axis in 0..<3 { target[3 * i + axis] = moved[axis] }
    }
    guard let normals, let sourceNormals else { return }
    for i in 0..<vertexCount {
      let turned = turn.apply(Vector<Float>(Self.load(e, sourceNormals + 3 * i))).value
      for axis in 0..<3 { e[normals + 3 * i + axis] = turned[axis] }
    }
  }

  // MARK: - Derivatives

  /// θ offsets behind the lanes of `turn`: rotation, then scale.
  private var lanes: [Int?] {
    [pose.rotate, pose.rotate.map { $0 + 1 }, pose.rotate.map { $0 + 2 }, pose.scale]
  }

  private func turn(_ theta: UnsafePointer<Float>) -> Turn<Dual4> {
    func input(_ lane: Int, _ rest: Float) -> Dual4 { lanes[lane].map { Dual4(theta[$0], lane: lane) } ?? Dual4(rest) }
    return Turn(rotation: Vector(input(0, 0), input(1, 0), input(2, 0)), scale: input(3, 1))
  }

  /// Marks the world vertices and normals that marked elements of θ move.
  func mark(_ marks: inout [Bool]) {
    func any(_ offset: Int?, _ count: Int) -> Bool { offset.map { marks[$0..<($0 + count)].contains(true) } ?? false }
    let (translates, rotates, scales) = (any(pose.translate, 3), any(pose.rotate, 3), any(pose.scale, 1))
    for i in 0..<vertexCount {
      if translates || rotates || scales || any(sourcePositions + 3 * i, 3) {
        for axis in 0..<3 { marks[positions + 3 * i + axis] = true }
      }
      guard let normals, let sourceNormals else { continue }
      if rotates || any(sourceNormals + 3 * i, 3) { for axis in 0..<3 { marks[normals + 3 * i + axis] = true } }
    }
  }

  /// Forward: writes the velocities of vertices and normals for a velocity of θ, both in `tangent`.
  func pushForward(_ theta: UnsafePointer<Float>, _ tangent: UnsafeMutablePointer<Float>) {
    let turn = turn(theta)
    var rate = SIMD4<Float>.zero
    for (lane, offset) in lanes.enumerated() { if let offset { rate[lane] = tangent[offset] } }
    func speed(_ v: Vector<Dual4>) -> Vector3 {
      Vector3((v.x.tangent * rate).sum(), (v.y.tangent * rate).sum(), (v.z.tangent * rate).sum())
    }
    func velocity(_ map: AffineMap<Dual4>) -> (Vector3, Vector3, Vector3) { (speed(map.x), speed(map.y), speed(map.z)) }
    let translation = Self.load(tangent, pose.translate)
    func move(_ map: AffineMap<Dual4>, from source: Int, about pivot: Vector3, plus constant: Vector3, to target: Int) {
      let (x, y, z) = (map.x.value, map.y.value, map.z.value)
      let (dx, dy, dz) = velocity(map)
      for i in 0..<vertexCount {
        let p = Self.load(theta, source + 3 * i) - pivot
        let v = Self.load(UnsafePointer(tangent), source + 3 * i)
        let turned = dx * p.x + dy * p.y + dz * p.z
        let result = turned + x * v.x + y * v.y + z * v.z + constant
        for axis in 0..<3 { tangent[target + 3 * i + axis] = result[axis] }
      }
    }
    move(turn.scaled, from: sourcePositions, about: pivot, plus: translation, to: positions)
    if let normals, let sourceNormals {
      move(turn.rotated, from: sourceNormals, about: .zero, plus: .zero, to: normals)
    }
  }

  /// Reverse: adds the gradient of θ for the gradient of vertices and normals, both in `gradient`.
  func pullBack(_ theta: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Double>) {
    let turn = turn(theta)
    /// - Returns: the sum of gradients, for the translation.
    func pull(_ map: AffineMap<Dual4>, to source: Int, about pivot: Vector3, from target: Int) -> SIMD3<Double> {
      let columns = [map.x, map.y, map.z]
      let values = columns.map { SIMD3<Double>($0.value) }
      var sum = SIMD3<Double>.zero
      // Gradient with respect to the columns: Σ g pᵀ.
      var outer = [SIMD3<Double>](repeating: .zero, count: 3)
      for i in 0..<vertexCount {
        let g = SIMD3(gradient[target + 3 * i], gradient[target + 3 * i + 1], gradient[target + 3 * i + 2])
        let p = SIMD3<Double>(Self.load(theta, source + 3 * i) - pivot)
        sum += g
        for axis in 0..<3 {
          outer[axis] += g * p[axis]
          gradient[source + 3 * i + axis] += (values[axis] * g).sum()
        }
      }
      for (lane, offset) in lanes.enumerated() {
        guard let offset else { continue }
        for (column, g) in zip(columns, outer) {
          gradient[offset] +=
            Double(column.x.tangent[lane]) * g.x + Double(column.y.tangent[lane]) * g.y
            + Double(column.z.tangent[lane]) * g.z
        }
      }
      return sum
    }
    let sum = pull(turn.scaled, to: sourcePositions, about: pivot, from: positions)
    if let translate = pose.translate { for axis in 0..<3 { gradient[translate + axis] += sum[axis] } }
    if let normals, let sourceNormals { _ = pull(turn.rotated, to: sourceNormals, about: .zero, from: normals) }
  }
}

extension Mesh {
  /// The point its pose turns about: the given one, or the centre of the box around its vertices in `theta`.
  func pivot(in theta: [Float]) -> Vector3 {
    if let pivot { return pivot }
    var low = Vector3(repeating: .infinity)
    var high = -low
    for i in 0..<vertexCount {
      let p = positions + 3 * i
      let v = Vector3(theta[p], theta[p + 1], theta[p + 2])
      low = pointwiseMin(low, v)
      high = pointwiseMax(high, v)
    }
    return (low + high) * 0.5
  }
}
