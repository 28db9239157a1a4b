import CHugePages

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
    let capacity = layout.count + Self.padding
    values = .allocate(capacity: capacity)
    chugepages_advise(values, 4 * capacity)
    (values + layout.count).initialize(repeating: 0, count: Self.padding)
    expand(theta)
  }

  deinit { values.deallocate() }

  /// Replaces θ and everything that follows from it.
  ///
  /// - Returns: whether any surface moved.
  @discardableResult
  func fill(_ theta: [Float]) -> Bool {
    let before = geometryFingerprint()
    expand(theta)
    return before != geometryFingerprint()
  }

  /// Writes every number of the vector.
  private func expand(_ theta: [Float]) {
    values.update(from: theta, count: theta.count)
    for output in layout.posed { output.expand(values, into: values) }
    for mesh in layout.meshes { mesh.expand(values) }
    for matrix in layout.instanceMatrices {
      (values + matrix + 12).update(from: InverseMap(rowMajor: values + matrix).entries, count: 12)
    }
    for rectangle in layout.rectangles { rectangle.expand(values) }
  }

  /// Velocities of the whole vector for a velocity of θ; those of the inverses of instances' matrices are left at 0,
  /// since derivatives are taken with respect to the matrices themselves.
  func tangent(_ thetaTangent: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: layout.count)
    result.replaceSubrange(0..<thetaTangent.count, with: thetaTangent)
    result.withUnsafeMutableBufferPointer { buffer in
      let base = buffer.baseAddress!
      for output in layout.posed { output.pushForward(values, base, into: base) }
      for mesh in layout.meshes { mesh.pushForward(values, base) }
      for rectangle in layout.rectangles { rectangle.pushForward(base) }
    }
    return result
  }

  /// Gradient with respect to θ for a gradient of the whole vector.
  func pullBack(_ gradient: [Double]) -> [Float] {
    var result = gradient
    result.withUnsafeMutableBufferPointer { buffer in
      let base = buffer.baseAddress!
      for rectangle in layout.rectangles { rectangle.pullBack(base) }
      for mesh in layout.meshes { mesh.pullBack(values, base) }
      for output in layout.posed { output.pullBack(values, base, into: base) }
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
}
