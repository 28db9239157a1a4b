extension EmitterTable {
  /// A spot or projector seen from a point; `nil` outside its cone or picture, unless only its place is asked for.
  func sampleProfile(
    _ record: EmitterRecord, _ index: Int32, _ probability: Float, _ origin: Vector3, isAnchor: Bool
  ) -> EmitterSample? {
    let inputs: LightProfileInputs<Float> = record.profile.inputs(values)
    let position = inputs.map.translation.value
    let offset = position - origin
    let squared = offset.squaredLength
    guard squared > 0 else { return nil }
    let distance = squared.squareRoot()
    let direction = offset * (1 / distance)
    guard let (intensity, uv) = isAnchor ? (.one, uv: .zero) : profileIntensity(record, -direction, inputs) else {
      return nil
    }
    return EmitterSample(
      direction: direction, distance: distance, radiance: intensity, scale: 1 / (squared * probability), isDirac: true,
      emitter: index, point: position, normal: .zero, uv: uv)
  }

  /// Intensity of a spot or projector in a unit world direction that leaves it, and where its picture is looked up.
  func profileIntensity(_ record: EmitterRecord, _ direction: Vector3, _ inputs: LightProfileInputs<Float>) -> (
    Spectrum, uv: SIMD2<Float>
  )? {
    let profile = record.profile
    guard let (factor, uv) = profile.shape(Vector(direction), inputs), factor > 0 else { return nil }
    var intensity = Spectrum(repeating: factor)
    if profile.kind == .spot { intensity *= textures.color(record.texture, .zero) }
    if profile.picture >= 0 { intensity *= textures.color(profile.picture, uv.components) }
    return (intensity, uv.components)
  }
}
