extension Renderer {
  /// Hard shadows that every auxiliary ray looks for, at most.
  private static let mostLights = 16

  /// Refuses scenes with discontinuities that warp fields do not see.
  func checkWarps(_ topology: EdgeTopology) throws(TransportError) {
    func refuse(_ reason: String) -> TransportError {
      TransportError(.invalidOption, "reparameterized visibility does not follow \(reason); use edges")
    }
    guard !structure.shapes.contains(where: { topology.isSpecular.base[$0.material.index] }) else {
      throw refuse("edges seen in mirrors, smooth glass or plastic, or through masks")
    }
    let isFramed = structure.emitters.contains { if case .projector = $0.source { true } else { false } }
    guard !isFramed else { throw refuse("the frames of projectors") }
    guard topology.pointLights.count <= Self.mostLights else {
      throw refuse("the hard shadows of more than \(Self.mostLights) lights")
    }
  }
}
