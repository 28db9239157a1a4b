/// Which derivatives are wanted, sorted by the objects whose local functions have to be differentiated.
final class GradientRequest {
  /// Inputs of a material that are wanted, in one block per material kind.
  struct Inputs {
    let base: UnsafePointer<MaterialInput>
    let count: Int
  }

  private let wantedTextures: OwnedBuffer<Bool>
  private let wantedTransforms: OwnedBuffer<Bool>
  private let wantedMaterials: OwnedBuffer<Bool>
  private let wantedRadiances: OwnedBuffer<Bool>
  private let wantedLocations: OwnedBuffer<Bool>
  private let movedShapes: OwnedBuffer<Bool>
  private let movedInstances: OwnedBuffer<Bool>
  private let etaNumbers: OwnedBuffer<Int32>
  private let inputBuffers: [OwnedBuffer<MaterialInput>]
  private let inputTable: OwnedBuffer<Inputs>
  let wantsCamera: Bool
  /// Whether the weight of a choice between materials is wanted.
  let wantsChoices: Bool
  /// Whether any surface moves.
  let wantsGeometry: Bool
  /// Whether where paths are matters, and not only what they read there.
  let wantsPlaces: Bool
  /// Number of distinct indices of refraction of smooth dielectrics.
  let etaCount: Int

  /// - Parameter wanted: per element of the expanded vector.
  init(_ wanted: [Bool], structure: SceneStructure, layout: ExpansionLayout, sensor: Int) {
    func any(_ offset: Int, _ count: Int) -> Bool { wanted[offset..<(offset + count)].contains(true) }
    let textures = structure.textures.map { texture -> Bool in
      switch texture {
      case .constant(let offset, let channels): any(offset, channels)
      case .bitmap(let offset, let w, let h, let channels, _, _, let uv):
        any(offset, w * h * channels) || uv.parameter.map { any($0, 9) } ?? false
      case .checkerboard(let a, let ca, let b, let cb, _): any(a, ca) || any(b, cb)
      case .meshAttribute(let name, let scale):
        wanted[scale]
          || structure.shapes.contains { shape in
            shape.attributes.contains {
              $0.name == name && any($0.offset, $0.channels * ($0.isPerFace ? shape.triangleCount : shape.vertexCount))
            }
          }
      }
    }
    wantedTextures = OwnedBuffer(textures)
    wantedTransforms = OwnedBuffer(
      structure.textures.map { texture in
        guard case .bitmap(_, _, _, _, _, _, let uv) = texture, let matrix = uv.parameter else { return false }
        return any(matrix, 9)
      })
    inputBuffers = MaterialRecord.Kind.allCases.map { OwnedBuffer(MaterialInput.all($0)) }
    inputTable = OwnedBuffer(inputBuffers.map { Inputs(base: UnsafePointer($0.base), count: $0.count) })
    // One more than there are materials, as in `MaterialTable`.
    let wantedInputs = structure.materials.map { material -> Bool in
      if case .dielectric = material { return material.textures.contains { textures[$0.index] } }
      return material.textures.contains { textures[$0.index] } || (material.number.map { wanted[$0] } ?? false)
    }
    wantedMaterials = OwnedBuffer(wantedInputs + [false])
    wantsChoices = zip(structure.materials, wantedInputs).contains { material, isWanted in
      switch material {
      case .mask, .blend: isWanted
      default: false
      }
    }
    var etas: [Int] = []
    etaNumbers = OwnedBuffer(
      structure.materials.map { material -> Int32 in
        guard case .dielectric(let eta, _, _) = material, wanted[eta] else { return -1 }
        if let index = etas.firstIndex(of: eta) { return Int32(index) }
        etas.append(eta)
        return Int32(etas.count - 1)
      } + [-1])
    etaCount = etas.count
    wantedRadiances = OwnedBuffer(
      structure.emitters.map { emitter in
        switch emitter.source {
        case .area(_, let t), .point(_, let t), .directional(_, let t), .constant(let t): textures[t.index]
        case .spot(let t, let picture, _, _, _): textures[t.index] || picture.map { textures[$0.index] } ?? false
        case .projector(let t, _, _, _, _): textures[t.index]
        case .environment(let data, let w, let h, let scale, _): any(data, 3 * w * h) || wanted[scale]
        }
      })
    wantedLocations = OwnedBuffer(
      structure.emitters.indices.map { index in
        let offset = layout.emitterOffsets[index]
        guard offset >= 0 else { return false }
        switch structure.emitters[index].source {
        case .environment: return any(offset, 12)
        case .spot(_, _, let first, let second, _), .projector(_, let first, let second, _, _):
          return any(offset, 12) || wanted[first] || wanted[second]
        default: return any(offset, 3)
        }
      })
    let normalOffsets = Dictionary(uniqueKeysWithValues: layout.meshes.map { ($0.shape, $0.normals) })
    let shapes = structure.shapes.indices.map { index -> Bool in
      let offset = layout.shapeOffsets[index]
      switch structure.shapes[index].geometry {
      case .mesh(let mesh):
        let normals = normalOffsets[index] ?? nil
        return any(offset, 3 * mesh.vertexCount) || normals.map { any($0, 3 * mesh.vertexCount) } ?? false
      case .sphere, .disk, .cylinder, .rectangle: return any(offset, 12)
      }
    }
    movedShapes = OwnedBuffer(shapes)
    let instances = layout.instanceMatrices.map { any($0, 12) }
    movedInstances = OwnedBuffer(instances)
    wantsGeometry = shapes.contains(true) || instances.contains(true)
    var camera = any(layout.sensorMatrices[sensor], 12)
    switch structure.sensors[sensor].projection {
    case .perspective(let fov, let x, let y), .fisheye(let fov, let x, let y):
      camera = camera || wanted[fov] || wanted[x] || wanted[y]
    case .orthographic: break
    }
    if let distortion = structure.sensors[sensor].distortion {
      camera = camera || any(distortion, structure.sensors[sensor].distortionCount)
    }
    if let lens = structure.sensors[sensor].lens {
      camera = camera || wanted[lens.apertureRadius] || wanted[lens.focusDistance]
    }
    wantsCamera = camera
    wantsPlaces = wantsGeometry || camera || etaCount > 0 || wantedLocations.buffer.contains(true)
  }

  /// The same as plain pointers for the sample loop; valid while the request lives.
  var flags: GradientFlags {
    GradientFlags(
      textures: UnsafePointer(wantedTextures.base), transforms: UnsafePointer(wantedTransforms.base),
      materials: UnsafePointer(wantedMaterials.base),
      radiances: UnsafePointer(wantedRadiances.base), locations: UnsafePointer(wantedLocations.base),
      shapes: UnsafePointer(movedShapes.base), instances: UnsafePointer(movedInstances.base),
      etaNumbers: UnsafePointer(etaNumbers.base), inputs: UnsafePointer(inputTable.base), wantsCamera: wantsCamera,
      wantsChoices: wantsChoices, wantsGeometry: wantsGeometry, etaCount: etaCount)
  }
}

/// `GradientRequest` for the sample loop.
struct GradientFlags {
  let textures: UnsafePointer<Bool>
  let transforms: UnsafePointer<Bool>
  let materials: UnsafePointer<Bool>
  let radiances: UnsafePointer<Bool>
  let locations: UnsafePointer<Bool>
  /// Per shape and per instance: whether it moves.
  let shapes: UnsafePointer<Bool>
  let instances: UnsafePointer<Bool>
  /// Per material: running number of its index of refraction among the wanted ones, −1 for none.
  let etaNumbers: UnsafePointer<Int32>
  let inputs: UnsafePointer<GradientRequest.Inputs>
  let wantsCamera: Bool
  let wantsChoices: Bool
  let wantsGeometry: Bool
  let etaCount: Int

  /// Whether a surface moves, by itself or with its instance, −1 for none.
  @inline(__always) func moves(_ shape: Int32, _ instance: Int32) -> Bool {
    shapes[Int(shape)] || (instance >= 0 && instances[Int(instance)])
  }
}
