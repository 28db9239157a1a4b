/// The curves of a scene that move against the camera, before it is asked which of them it sees.
struct MovingCurves {
  let edges: [EdgeRecord]
  let crossings: [SurfaceCrossing]
  /// Smoothly shaded meshes, with the instance they are seen through or −1.
  let smooth: [(shape: Int32, instance: Int32)]
  /// All curves between two bodies, moving or not; `nil` where nobody looked for them.
  let between: [SurfaceCrossing]?

  /// Edges alone.
  init(edges: [EdgeRecord]) {
    self.edges = edges
    crossings = []
    smooth = []
    between = nil
  }

  /// - Parameter movesCamera: a moving camera sees every curve move.
  /// - Throws: when Embree fails.
  init(_ topology: EdgeTopology, _ movers: MovingObjects, movesCamera: Bool, in scene: KernelScene)
    throws(TransportError)
  {
    edges = topology.edges.filter { movesCamera || movers.moves($0) }
    func moves(_ face: SurfaceFace) -> Bool {
      movesCamera || movers.moves(shape: face.shape, instance: face.instance)
    }
    between = movesCamera || movers.any ? try CrossingCurves.between(topology.bodies, in: scene) : nil
    crossings =
      (between ?? []).filter { moves($0.first) || moves($0.second) }
      + topology.selfCrossings.filter { moves($0.0) }
      .compactMap { CrossingCurves.crossing($0.0, $0.1, in: scene) }
    smooth = topology.bodies.map { (Int32($0.shape), Int32($0.instance)) }
      .filter { shape, instance in
        let record = scene.shapes + Int(shape)
        return record.pointee.kind == .mesh && record.pointee.normals >= 0
          && (movesCamera || movers.turnsNormals(shape: shape, instance: instance))
      }
  }
}
