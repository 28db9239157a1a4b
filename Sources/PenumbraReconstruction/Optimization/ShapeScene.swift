import PenumbraTransport

/// The object as something that glows by itself before a bright backdrop: pictures of it have no noise but that of
/// antialiasing, so that its shape can be found before anything is known of light and materials.
struct ShapeScene {
  let scene: Scene
  /// Elements of θ: vertex positions, shape [atlas vertices × 3], and colours of the surroundings, none with masks.
  let positions: Range<Int>
  let colors: Range<Int>

  /// Radiance behind the object: brighter than photos, so that every silhouette is an edge.
  static let backdrop: Float = 1.25

  init(
    _ mesh: TriangleMesh, _ atlas: UVAtlas, texture: [Float], surroundings: Surroundings?, cameras: [Camera], box: Box
  ) throws(ReconstructionError) {
    var builder = SceneBuilder()
    let black = builder.addHiddenConstant([0, 0, 0])
    let material = builder.add(Material.diffuse(reflectance: black))
    let (shape, positions) = builder.addMesh(mesh, atlas, material: material, normals: mesh.shadingNormals())
    let (radiance, _) = builder.addBitmap(texture, width: atlas.width, height: atlas.height, channels: 3)
    builder.add(Emitter(id: "glow", source: .area(shape: shape, radiance: radiance)))
    if let surroundings {
      let data = builder.addHidden(surroundings.colors)
      builder.addEnvironment(surroundings, data: data, id: "backdrop")
      colors = data..<(data + surroundings.colors.count)
    } else {
      let sky = builder.addHiddenConstant([Self.backdrop, Self.backdrop, Self.backdrop])
      builder.add(Emitter(id: "backdrop", source: .constant(radiance: sky)))
      colors = positions.upperBound..<positions.upperBound
    }
    for (index, camera) in cameras.enumerated() {
      let range = camera.depthRange(of: box)
      builder.addSensor(camera, id: "view\(index)", near: range.near, far: range.far)
    }
    builder.integrator = IntegratorSettings(maxDepth: 1)
    do { scene = try builder.build() } catch { throw ReconstructionError(error) }
    self.positions = positions
  }
}

extension Camera {
  /// Depths between which a box lies, with room to spare; the near one stays above 0.
  func depthRange(of box: Box) -> (near: Float, far: Float) {
    let depth = pose.local(box.center).z
    let radius = box.diagonal
    return (Float(max(depth - radius, 0.01 * radius)), Float(max(depth + radius, radius) * 100))
  }
}

extension ReconstructionError {
  init(_ error: TransportError) {
    switch error.code {
    case .cancelled: self.init(.cancelled, "interrupted")
    case .invalidScene, .unknownParameter, .notDifferentiable, .invalidOption: self.init(.failed, error.message)
    case .outOfMemory, .intersector, .ranks: self.init(.failed, error.message)
    }
  }
}
