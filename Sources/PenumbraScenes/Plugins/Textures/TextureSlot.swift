import PenumbraTransport

extension SceneAssembler {
  /// The texture in `slot` of the object that `reader` reads.
  ///
  /// - Parameter fallback: value where the scene file gives none; it is a parameter all the same.
  mutating func texture(
    _ slot: String, of reader: inout PropertyReader, default fallback: SIMD3<Double>, rule: TextureRule
  ) throws(SceneError) -> TextureID {
    guard var property = reader.take(slot) else {
      let isGrey = fallback.x == fallback.y && fallback.y == fallback.z
      let value: PropertyValue = isGrey ? .float(fallback.x) : .rgb(fallback)
      let property = SceneNode.Property(name: slot, value: value, location: reader.node.location)
      return try constant(property, of: reader, rule: rule)
    }
    if let node = document.object(property) {
      guard node.kind == .texture || node.kind == .spectrum else { throw reader.mismatch(property, "texture") }
      return try texture(node, slot: slot, rule: rule)
    }
    if rule.role == .emission { property.value = property.value.spreadOverChannels }
    return try constant(property, of: reader, rule: rule)
  }

  /// The same for a slot that is not a parameter unless the scene file sets it.
  mutating func optionalTexture(_ slot: String, of reader: inout PropertyReader, rule: TextureRule) throws(SceneError)
    -> TextureID
  {
    if reader.has(slot) { return try texture(slot, of: &reader, default: [1, 1, 1], rule: rule) }
    reader.ignore(slot)
    return builder.addHiddenConstant([1])
  }

  private mutating func constant(_ property: SceneNode.Property, of reader: PropertyReader, rule: TextureRule)
    throws(SceneError) -> TextureID
  {
    let (offset, channels) = try declareConstant(property, of: reader, rule: rule)
    let scalar: SceneBindings.Binding =
      rule.role == .emission ? .uniformSpectrum(offset: offset) : .number(offset: offset)
    bindings.bind(reader.node, property.name, channels == 1 ? scalar : .color(offset: offset))
    return builder.add(Texture.constant(offset: offset, channels: channels))
  }

  /// Declares `slot.value` with one number (`float`) or three (`rgb`, spectra).
  mutating func declareConstant(_ property: SceneNode.Property, of reader: PropertyReader, rule: TextureRule)
    throws(SceneError) -> (offset: Int, channels: Int)
  {
    let values: [Double]
    switch property.value {
    case .float(let value): values = [value]
    case .integer(let value): values = [Double(value)]
    case .rgb(let c): values = [c.x, c.y, c.z]
    case .uniformSpectrum(let value):
      guard rule.role == .emission else {
        values = [value]
        break
      }
      let c = SpectrumColor.uniformEmission(value)
      values = [c.x, c.y, c.z]
    case .sampledSpectrum(let samples):
      let c = color(samples, rule: rule, at: property.location)
      values = [c.x, c.y, c.z]
    default: throw reader.mismatch(property, "float, rgb, spectrum or texture")
    }
    let numbers = values.map { Float($0) }
    guard numbers.allSatisfy({ rule.bounds.contains($0) }) else {
      let text = numbers.map { "\($0)" }.joined(separator: ", ")
      throw SceneError(
        .outOfRange, at: property.location.description,
        expected: "'\(property.name)' in \(rule.bounds.lowerBound)...\(rule.bounds.upperBound)", found: text)
    }
    let shape = numbers.count == 1 ? [] : [3]
    let suffix = property.name.isEmpty ? "value" : "\(property.name).value"
    let parameter = Parameter(key: suffix, shape: shape, bounds: rule.bounds, unit: rule.unit)
    let offset = try declare(parameter, values: numbers, at: property.location.description)
    return (offset, numbers.count)
  }

  private mutating func color(_ samples: [SpectralSample], rule: TextureRule, at location: SourceLocation) -> SIMD3<
    Double
  > {
    let full = rule.role == .emission ? SpectrumColor.emission(samples) : SpectrumColor.reflectance(samples)
    let isBounded = rule.role == .reflectance || rule.role == .weight || rule.role == .any
    let clamped = full.clamped(lowerBound: .zero, upperBound: SIMD3(repeating: isBounded ? 1 : .infinity))
    if clamped != full { warnings.append("\(location): the spectrum's colour is out of gamut and was clamped") }
    return clamped
  }
}

extension PropertyValue {
  /// Emitters take a written number for three equal channels, as Mitsuba does.
  fileprivate var spreadOverChannels: PropertyValue {
    switch self {
    case .float(let value): .rgb(SIMD3(repeating: value))
    case .integer(let value): .rgb(SIMD3(repeating: Double(value)))
    default: self
    }
  }
}
