import PenumbraTransport

extension SceneBuilder {
  /// A sensor that takes a photo again.
  mutating func addSensor(_ camera: Camera, id: String, near: Float, far: Float) {
    let pinhole = camera.pinhole
    let toWorld = addHidden(CameraConvention.mitsuba.cameraToWorld(camera.pose).map { Float($0) })
    let fov = addHidden([Float(pinhole.horizontalFieldOfView)])
    let offset = pinhole.principalPointOffset
    let (x, y) = (addHidden([Float(offset.x)]), addHidden([Float(offset.y)]))
    add(
      Sensor(
        id: id, projection: .perspective(xFov: fov, principalPointX: x, principalPointY: y), toWorld: toWorld,
        nearClip: near, farClip: far,
        film: Film(width: pinhole.width, height: pinhole.height, filter: .box(radius: 0.5))))
  }

  /// A mesh with texture coordinates and smooth normals.
  ///
  /// - Parameter normals: unit normals for shading, one per vertex of the mesh.
  /// - Returns: the shape, and where in θ its positions are, shape [atlas vertices × 3].
  mutating func addMesh(
    _ mesh: TriangleMesh, _ atlas: UVAtlas, material: MaterialID, normals: [SIMD3<Float>]
  ) -> (ShapeID, Range<Int>) {
    let values = atlas.positions(of: mesh)
    let positions = addHidden(values)
    let normals = addHidden(atlas.sources.flatMap { i in (0..<3).map { normals[Int(i)][$0] } })
    let texcoords = addHidden(atlas.coordinates.flatMap { [$0.x, $0.y] })
    let shape = add(
      Shape(
        id: "object",
        geometry: .mesh(
          Mesh(
            positions: positions, vertexCount: atlas.sources.count, triangles: atlas.triangles, normals: normals,
            texcoords: texcoords)),
        material: material))
    return (shape, positions..<(positions + values.count))
  }

  /// Light from far away.
  ///
  /// - Parameter data: where in θ its texels are.
  mutating func addEnvironment(_ light: Surroundings, data: Int, id: String) {
    let identity: [Float] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    let (scale, toWorld) = (addHidden([1]), addHidden(identity))
    add(
      Emitter(
        id: id,
        source: .environment(data: data, width: light.width, height: light.height, scale: scale, toWorld: toWorld)))
  }

  /// A bitmap with bilinear lookups.
  ///
  /// - Returns: the texture and where in θ its texels are.
  mutating func addBitmap(_ values: [Float], width: Int, height: Int, channels: Int) -> (TextureID, Range<Int>) {
    let offset = addHidden(values)
    let texture = add(
      Texture.bitmap(
        offset: offset, width: width, height: height, channels: channels, filter: .bilinear, wrap: .clamp,
        uv: .identity))
    return (texture, offset..<(offset + values.count))
  }
}
