extension EmitterTable {
  /// A spot or projector seen from a point; `nil` outside its cone or picture.
  func sampleProfile(
    _ record: EmitterRecord, _ index: Int32, _ probability: Float, _ origin: Vector3
  ) -> EmitterSample? {
    let profile = record.profile
    let inputs: LightProfileInputs<Float> = profile.inputs(values)
    let position = inputs.map.translation.value
    let offset = position - origin
    let squared = offset.squaredLength
    guard squared > 0 else { return nil }
    let distance = squared.squareRoot()
    let direction = offset * (1 / distance)
    guard let (factor, uv) = profile.shape(Vector(-direction), inputs), factor > 0 else { return nil }
    var intensity = Spectrum(repeating: factor)
    if profile.kind == .spot { intensity *= textures.color(record.texture, .zero) }
    if profile.picture >= 0 { intensity *= textures.color(profile.picture, uv.components) }
    return EmitterSample(
      direction: direction, distance: distance, radiance: intensity, scale: 1 / (squared * probability), isDirac: true,
      emitter: index, point: position, normal: .zero, uv: uv.components)
  }
}
