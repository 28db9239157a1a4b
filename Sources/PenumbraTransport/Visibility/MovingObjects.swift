/// Which objects of a scene move, from the marks on the expanded vector.
struct MovingObjects {
  private let shapes: [Bool]
  private let instances: [Bool]
  private let emittersMove: Bool

  /// - Parameter wanted: per element of the expanded vector.
  init(_ wanted: (Range<Int>) -> Bool, structure: SceneStructure, layout: ExpansionLayout) {
    shapes = structure.shapes.enumerated().map { index, shape in
      let offset = layout.shapeOffsets[index]
      switch shape.geometry {
      case .mesh(let mesh): return wanted(offset..<(offset + 3 * mesh.vertexCount))
      case .rectangle, .sphere, .disk, .cylinder: return wanted(offset..<(offset + 12))
      }
    }
    instances = layout.instanceMatrices.map { wanted($0..<($0 + 12)) }
    emittersMove = structure.emitters.indices.contains { index in
      let offset = layout.emitterOffsets[index]
      if case .environment = structure.emitters[index].source { return false }
      return offset >= 0 && wanted(offset..<(offset + 3))
    }
  }

  var any: Bool { emittersMove || shapes.contains(true) || instances.contains(true) }

  func moves(_ edge: EdgeRecord) -> Bool {
    shapes[Int(edge.shape)] || (edge.instance >= 0 && instances[Int(edge.instance)])
  }
}
