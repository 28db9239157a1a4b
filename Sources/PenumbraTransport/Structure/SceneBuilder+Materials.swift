/// What is known of materials while a scene is assembled.
extension SceneBuilder {
  /// Whether light can pass through a material to the other side.
  public func transmits(_ id: MaterialID) -> Bool {
    let material = materials[id.index]
    return switch material {
    case .dielectric, .roughDielectric, .thinDielectric, .principledThin, .null, .mask: true
    case .principled(let p): !isZero(p.specTrans)
    case .diffuse, .conductor, .roughConductor, .plastic, .roughPlastic: false
    case .twosided, .blend, .normalMap, .bumpMap: material.children.contains { transmits($0) }
    }
  }

  private func isZero(_ id: TextureID) -> Bool {
    guard case .constant(let offset, let channels) = textures[id.index] else { return false }
    return theta[offset..<(offset + channels)].allSatisfy { $0 == 0 }
  }

  /// Why the last material cannot be used: wrapped too often. `nil` when it can.
  public func nestingFault(_ id: MaterialID) -> (expected: String, found: String)? {
    let (wrappers, perturbations) = nesting(id)
    if wrappers > Material.maximumNesting {
      return ("at most \(Material.maximumNesting) bsdfs that wrap each other", "\(wrappers)")
    }
    if perturbations > Material.maximumPerturbations {
      return ("at most \(Material.maximumPerturbations) bump and normal maps inside each other", "\(perturbations)")
    }
    return nil
  }

  private func nesting(_ id: MaterialID) -> (wrappers: Int, perturbations: Int) {
    let material = materials[id.index]
    let inner = material.children.map { nesting($0) }
    return (
      (inner.map(\.wrappers).max().map { $0 + 1 }) ?? 0,
      (inner.map(\.perturbations).max() ?? 0) + (material.isPerturbation ? 1 : 0)
    )
  }
}
