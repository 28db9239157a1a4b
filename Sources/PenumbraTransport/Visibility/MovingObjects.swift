/// Which objects of a scene move, from the marks on the expanded vector.
struct MovingObjects {
  private let shapes: [Bool]
  private let instances: [Bool]
  private let emittersMove: Bool
  /// Whether a spot or projector opens or closes, which moves its own border alone.
  let opensLights: Bool
  /// Per shape: whether interpolated normals turn.
  private let normals: [Bool]

  /// - Parameter wanted: per element of the expanded vector.
  init(_ wanted: (Range<Int>) -> Bool, structure: SceneStructure, layout: ExpansionLayout) {
    shapes = structure.shapes.enumerated().map { index, shape in
      let offset = layout.shapeOffsets[index]
      switch shape.geometry {
      case .mesh(let mesh): return wanted(offset..<(offset + 3 * mesh.vertexCount))
      case .rectangle, .sphere, .disk, .cylinder: return wanted(offset..<(offset + 12))
      }
    }
    var normals = [Bool](repeating: false, count: structure.shapes.count)
    for mesh in layout.meshes {
      guard let offset = mesh.normals else { continue }
      normals[mesh.shape] = wanted(offset..<(offset + 3 * mesh.vertexCount))
    }
    self.normals = normals
    instances = layout.instanceMatrices.map { wanted($0..<($0 + 12)) }
    emittersMove = structure.emitters.indices.contains { index in
      let offset = layout.emitterOffsets[index]
      switch structure.emitters[index].source {
      case .environment: return false
      case .spot, .projector: return wanted(offset..<(offset + 12))
      case .area, .point, .directional, .constant: return offset >= 0 && wanted(offset..<(offset + 3))
      }
    }
    opensLights = structure.emitters.contains { emitter in
      switch emitter.source {
      case .spot(_, _, let angle, _, _), .projector(_, _, let angle, _, _): wanted(angle..<(angle + 1))
      case .environment, .area, .point, .directional, .constant: false
      }
    }
  }

  var any: Bool { emittersMove || shapes.contains(true) || instances.contains(true) }

  /// Whether nothing moves, no normal turns and no light opens.
  var isEmpty: Bool { !any && !normals.contains(true) && !opensLights }

  func moves(shape: Int32, instance: Int32) -> Bool {
    shapes[Int(shape)] || (instance >= 0 && instances[Int(instance)])
  }

  func moves(_ edge: EdgeRecord) -> Bool { moves(shape: edge.shape, instance: edge.instance) }

  func turnsNormals(shape: Int32, instance: Int32) -> Bool {
    normals[Int(shape)] || moves(shape: shape, instance: instance)
  }
}
