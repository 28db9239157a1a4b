extension Renderer {
  /// Hard shadows that every auxiliary ray looks for, at most.
  private static let mostLights = 16

  /// Refuses scenes with discontinuities that warp fields do not see.
  func checkWarps(_ topology: EdgeTopology) throws(TransportError) {
    guard let reason = unseenByWarps(topology) else { return }
    throw TransportError(.invalidOption, "reparameterized visibility does not follow \(reason); use edges")
  }

  /// Which discontinuities of the scene warp fields do not see; `nil` when they see all.
  func unseenByWarps(_ topology: EdgeTopology) -> String? {
    if structure.shapes.contains(where: { hidesSpecularLobe($0.material, topology) }) {
      return "edges seen through masks, or in specular lobes of blended and perturbed materials"
    }
    let emitters = expanded.kernel.emitters
    let lights = topology.pointLights
    if (0..<lights.count).contains(where: { !LightRim.all(of: lights.base[$0], emitters).isEmpty }) {
      return "the frames of projectors and the cones of spots that end abruptly"
    }
    if topology.pointLights.count > Self.mostLights { return "the hard shadows of more than \(Self.mostLights) lights" }
    return nil
  }

  /// Whether any surface has a perfectly specular lobe.
  func hasSpecularSurfaces(_ topology: EdgeTopology) -> Bool {
    structure.shapes.contains { topology.isSpecular.base[$0.material.index] }
  }

  /// Whether a material has a specular lobe behind a choice or a frame that varies over the surface.
  private func hidesSpecularLobe(_ id: MaterialID, _ topology: EdgeTopology) -> Bool {
    switch structure.materials[id.index] {
    case .twosided(let front, let back): hidesSpecularLobe(front, topology) || hidesSpecularLobe(back, topology)
    case .mask, .blend, .normalMap, .bumpMap: topology.isSpecular.base[id.index]
    default: false
    }
  }
}
