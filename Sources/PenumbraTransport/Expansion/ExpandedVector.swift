/// The numbers the kernel reads: θ followed by world-space vertices, matrices and positions, in one buffer.
final class ExpandedVector {
  let layout: ExpansionLayout
  private let structure: SceneStructure
  let values: UnsafeMutablePointer<Float>

  /// Embree loads 16 bytes per vertex, so the buffer ends with padding.
  private static let padding = 4

  init(_ structure: SceneStructure, theta: [Float]) {
    self.structure = structure
    layout = ExpansionLayout(structure, theta: theta)
    values = .allocate(capacity: layout.count + Self.padding)
    values.initialize(repeating: 0, count: layout.count + Self.padding)
    fill(theta)
  }

  deinit { values.deallocate() }

  /// Replaces θ and everything that follows from it.
  ///
  /// - Returns: whether any surface moved.
  @discardableResult
  func fill(_ theta: [Float]) -> Bool {
    let before = geometryFingerprint()
    values.update(from: theta, count: theta.count)
    for output in layout.posed { output.expand(values, into: values) }
    for mesh in layout.meshes { expand(mesh) }
    for matrix in layout.instanceMatrices {
      (values + matrix + 12).update(from: InverseMap(rowMajor: values + matrix).entries, count: 12)
    }
    for rectangle in layout.rectangles { expandRectangle(rectangle.matrix, rectangle.vertices) }
    return before != geometryFingerprint()
  }

  /// Velocities of the whole vector for a velocity of θ.
  func tangent(_ thetaTangent: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: layout.count)
    result.replaceSubrange(0..<thetaTangent.count, with: thetaTangent)
    result.withUnsafeMutableBufferPointer { buffer in
      let base = buffer.baseAddress!
      for output in layout.posed { output.pushForward(values, base, into: base) }
    }
    return result
  }

  /// Gradient with respect to θ for a gradient of the whole vector.
  func pullBack(_ gradient: [Double]) -> [Float] {
    var result = gradient
    gradient.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { target in
        for output in layout.posed {
          output.pullBack(values, source.baseAddress!, into: target.baseAddress!)
        }
      }
    }
    return result.prefix(layout.parameterCount).map { Float($0) }
  }

  private func geometryFingerprint() -> UInt64 {
    var hash: UInt64 = 0
    func absorb(_ offset: Int, _ n: Int) {
      for i in offset..<(offset + n) { hash = Hash.mix(hash ^ UInt64(values[i].bitPattern)) }
    }
    for (index, shape) in structure.shapes.enumerated() {
      switch shape.geometry {
      case .mesh(let mesh): absorb(layout.shapeOffsets[index], 3 * mesh.vertexCount)
      case .sphere: absorb(layout.shapeOffsets[index], 16)
      case .disk, .rectangle, .cylinder: absorb(layout.shapeOffsets[index], 12)
      }
    }
    for matrix in layout.instanceMatrices { absorb(matrix, 12) }
    return hash
  }

  private func expandRectangle(_ matrix: Int, _ vertices: Int) {
    let map = AffineMap<Float>(rowMajor: values + matrix)
    let corners: [SIMD2<Float>] = [[-1, -1], [1, -1], [1, 1], [-1, 1]]
    for (i, corner) in corners.enumerated() {
      let p = map.point(Vector(corner.x, corner.y, 0))
      values[vertices + 3 * i] = p.x
      values[vertices + 3 * i + 1] = p.y
      values[vertices + 3 * i + 2] = p.z
      values[vertices + 12 + 2 * i] = 0.5 * (corner.x + 1)
      values[vertices + 12 + 2 * i + 1] = 0.5 * (corner.y + 1)
    }
  }

  private func expand(_ copy: ExpansionLayout.MeshCopy) {
    let shape = structure.shapes[copy.shape]
    guard case .mesh(let mesh) = shape.geometry else { return }
    let count = mesh.vertexCount
    let source = values + mesh.positions
    let target = values + copy.positions
    let pose = shape.pose
    func vector(_ offset: Int?) -> Vector<Float> {
      offset.map { Vector(values[$0], values[$0 + 1], values[$0 + 2]) } ?? Vector(Vector3.zero)
    }
    let (translation, rotation) = (vector(pose.translate), vector(pose.rotate))
    let scale = pose.scale.map { values[$0] } ?? 1
    let isUnmoved = translation.value.isZero && rotation.value.isZero && scale == 1
    if isUnmoved {
      target.update(from: source, count: 3 * count)
      if let to = copy.normals, let from = mesh.normals { (values + to).update(from: values + from, count: 3 * count) }
      return
    }
    let pivot = boundsCenter(source, count)
    let turn = Rotation(axisAngle: rotation)
    for i in 0..<count {
      let p = Vector3(source[3 * i], source[3 * i + 1], source[3 * i + 2]) - pivot
      let moved = turn.apply(Vector(p * scale)).value + pivot + translation.value
      for axis in 0..<3 { target[3 * i + axis] = moved[axis] }
    }
    guard let to = copy.normals, let from = mesh.normals else { return }
    for i in 0..<count {
      let n = Vector<Float>(values[from + 3 * i], values[from + 3 * i + 1], values[from + 3 * i + 2])
      let turned = turn.apply(n).value
      for axis in 0..<3 { values[to + 3 * i + axis] = turned[axis] }
    }
  }

  private func boundsCenter(_ p: UnsafePointer<Float>, _ count: Int) -> Vector3 {
    var low = Vector3(repeating: .infinity)
    var high = -low
    for i in 0..<count {
      let v = Vector3(p[3 * i], p[3 * i + 1], p[3 * i + 2])
      low = pointwiseMin(low, v)
      high = pointwiseMax(high, v)
    }
    return (low + high) * 0.5
  }
}
