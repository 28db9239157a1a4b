import PenumbraTransport

/// Lights at a point that do not shine alike in all directions: `spot` and `projector`.
extension SceneAssembler {
  mutating func spot(_ reader: inout PropertyReader) throws(SceneError) -> (Emitter.Source, Pose) {
    let (node, here) = (reader.node, reader.node.location.description)
    let intensity = try texture("intensity", of: &reader, default: [1, 1, 1], rule: .intensity)
    var picture: TextureID?
    if reader.has("texture") {
      let id = try texture("texture", of: &reader, default: [1, 1, 1], rule: .picture)
      if case .constant = builder.textures[id.index] {
        throw reader.outOfRange("texture", "a texture that varies in space", found: "one colour")
      }
      picture = id
    }
    reader.ignore("texture")
    let cutoff = try reader.float("cutoff_angle", default: 20, in: 1e-3...180)
    let beam = try reader.float("beam_width", default: 0.75 * cutoff, in: 0...180)
    var offsets: [Int] = []
    for (name, value) in [("cutoff_angle", cutoff), ("beam_width", min(beam, cutoff))] {
      let offset = try declare(Parameter(key: name, bounds: 0...180, unit: "°"), values: [Float(value)], at: here)
      bindings.bind(node, name, .number(offset: offset))
      offsets.append(offset)
    }
    let (toWorld, pose) = try profilePose(&reader)
    return (
      .spot(intensity: intensity, texture: picture, cutoffAngle: offsets[0], beamWidth: offsets[1], toWorld: toWorld),
      pose
    )
  }

  mutating func projector(_ reader: inout PropertyReader) throws(SceneError) -> (Emitter.Source, Pose) {
    let (node, here) = (reader.node, reader.node.location.description)
    let irradiance = try texture("irradiance", of: &reader, default: [1, 1, 1], rule: .picture)
    let size = pictureSize(builder.textures[irradiance.index])
    let scale = try declare(
      Parameter(key: "scale", bounds: 0...Float.infinity),
      values: [Float(try reader.float("scale", default: 1, in: 0...1e30))], at: here)
    let degrees = try FieldOfView.horizontalDegrees(&reader, width: size.width, height: size.height)
    let fov = try declare(
      Parameter(key: "x_fov", bounds: 1e-2...179.9, unit: "°", movesDiscontinuities: true), values: [Float(degrees)],
      at: here)
    bindings.bind(node, "scale", .number(offset: scale))
    bindings.bind(node, "fov", .number(offset: fov))
    bindings.bind(node, "fov_axis", .string("x"))
    bindings.bind(node, "focal_length", .omitted)
    let (toWorld, pose) = try profilePose(&reader)
    return (
      .projector(
        irradiance: irradiance, scale: scale, xFov: fov, aspect: Float(size.width) / Float(size.height),
        toWorld: toWorld), pose
    )
  }

  private func pictureSize(_ texture: Texture) -> (width: Int, height: Int) {
    if case .bitmap(_, let width, let height, _, _, _, _) = texture { return (width, height) }
    return (1, 1)
  }

  private mutating func profilePose(_ reader: inout PropertyReader) throws(SceneError) -> (Int, Pose) {
    let here = reader.node.location.description
    let matrix = try reader.transform("to_world") ?? .identity
    guard matrix.isRigid(tolerance: 1e-3) else {
      throw reader.outOfRange("to_world", "a light without scale or shear", found: "a transform with them")
    }
    let toWorld = try declareToWorld(matrix, discontinuous: true, at: here)
    let pose = try declarePose(.spot, at: here)
    bindings.bind(
      reader.node, "to_world", .transform(offset: toWorld, pose: Placement(pose, pivot: matrix.column(3))))
    return (toWorld, pose)
  }
}
