extension DocumentReader {
  /// Attributes with `$names` replaced.
  ///
  /// - Throws: when a required one is missing or there is one that is neither required nor optional.
  mutating func attributes(of element: MarkupElement, required: [String], optional: [String] = [])
    throws(SceneError) -> [String: String]
  {
    var values: [String: String] = [:]
    for attribute in element.attributes {
      guard required.contains(attribute.name) || optional.contains(attribute.name) else {
        let hint = suggestion(for: attribute.name, among: required + optional)
        throw SceneError(
          .unknownName, at: attribute.location.description,
          found: "<\(element.name)> has no attribute '\(attribute.name)'\(hint)")
      }
      values[attribute.name] = try substitution.expand(attribute.value, at: attribute.location)
    }
    for name in required where values[name] == nil {
      throw SceneError(
        .malformed, at: element.location.description, expected: "attribute '\(name)' on <\(element.name)>",
        found: "none")
    }
    return values
  }

  func propertyName(_ written: String) -> String {
    version.hasCamelCaseNames ? SceneVersion.snakeCase(written) : written
  }

  func unexpectedChild(of element: MarkupElement) -> SceneError {
    SceneError(
      .malformed, at: (element.children.first?.location ?? element.location).description,
      expected: "nothing inside <\(element.name)>", found: "<\(element.children.first?.name ?? "")>")
  }

  /// A `<float>`, `<rgb>`, `<transform>`, `<ref>` and so on.
  mutating func readProperty(_ element: MarkupElement, tag: SceneTag) throws(SceneError) -> SceneNode.Property {
    guard element.children.isEmpty || tag == .transform else { throw unexpectedChild(of: element) }
    let here = element.location
    let (name, value): (String, PropertyValue)
    switch tag {
    case .transform:
      name = try attributes(of: element, required: ["name"])["name"] ?? ""
      value = .transform(try readTransform(element))
    case .ref:
      let values = try attributes(of: element, required: ["id"], optional: ["name"])
      (name, value) = (values["name"] ?? "", .reference(id: values["id"] ?? ""))
    case .point, .vector:
      let values = try attributes(of: element, required: ["name"], optional: ["value", "x", "y", "z"])
      let vector = try self.vector(values, of: element, missing: nil)
      (name, value) = (values["name"] ?? "", tag == .point ? .point(vector) : .vector(vector))
    default:
      let values = try attributes(of: element, required: ["name", "value"])
      name = values["name"] ?? ""
      value = try scalar(values["value"] ?? "", tag: tag, name: name, at: here)
    }
    guard !name.isEmpty || tag == .ref else {
      throw SceneError(.malformed, at: here.description, expected: "a name on <\(element.name)>", found: "''")
    }
    return .init(name: propertyName(name), value: value, location: here)
  }

  private func scalar(_ text: String, tag: SceneTag, name: String, at here: SourceLocation) throws(SceneError)
    -> PropertyValue
  {
    switch tag {
    case .boolean:
      switch text.lowercased() {
      case "true": return .boolean(true)
      case "false": return .boolean(false)
      default: throw SceneError(.wrongType, at: here.description, expected: "true or false", found: "'\(text)'")
      }
    case .integer: return .integer(try NumberText.integer(text, at: here))
    case .float: return .float(try NumberText.double(text, at: here))
    case .rgb:
      let values = try NumberText.list(text, counts: [1, 3], at: here)
      return .rgb(values.count == 1 ? SIMD3(repeating: values[0]) : [values[0], values[1], values[2]])
    case .spectrum: return try spectrum(text, at: here)
    default:
      guard name == "filename" else { return .string(text) }
      return .string(searchPath.resolve(text) ?? text)
    }
  }

  /// `0.5`, or `400:0.1, 700:0.9` with rising wavelengths in nm.
  private func spectrum(_ text: String, at here: SourceLocation) throws(SceneError) -> PropertyValue {
    guard text.contains(":") else { return .uniformSpectrum(try NumberText.double(text, at: here)) }
    var samples: [SpectralSample] = []
    for part in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
      let pair = part.split(separator: ":", omittingEmptySubsequences: false)
      guard pair.count == 2 else {
        throw SceneError(.wrongType, at: here.description, expected: "wavelength:value", found: "'\(part)'")
      }
      let sample = SpectralSample(
        wavelength: try NumberText.double(pair[0], at: here), value: try NumberText.double(pair[1], at: here))
      if let last = samples.last, last.wavelength >= sample.wavelength {
        throw SceneError(
          .outOfRange, at: here.description, expected: "rising wavelengths",
          found: "\(sample.wavelength) after \(last.wavelength)")
      }
      samples.append(sample)
    }
    guard samples.count >= 2 else {
      throw SceneError(.wrongType, at: here.description, expected: "at least two wavelengths", found: "'\(text)'")
    }
    return .sampledSpectrum(samples)
  }

  /// `value="x, y, z"`, `value="all"` or `x`, `y`, `z` attributes.
  ///
  /// - Parameter missing: value of an absent `x`, `y` or `z`; `nil` when all are required.
  func vector(_ values: [String: String], of element: MarkupElement, missing: Double?) throws(SceneError)
    -> SIMD3<Double>
  {
    let here = element.location
    if let text = values["value"] {
      guard values["x"] == nil, values["y"] == nil, values["z"] == nil else {
        throw SceneError(.malformed, at: here.description, expected: "either value or x, y and z", found: "both")
      }
      let numbers = try NumberText.list(text, counts: [1, 3], at: here)
      return numbers.count == 1 ? SIMD3(repeating: numbers[0]) : [numbers[0], numbers[1], numbers[2]]
    }
    var result = SIMD3<Double>(repeating: missing ?? 0)
    for (index, axis) in ["x", "y", "z"].enumerated() {
      if let text = values[axis] {
        result[index] = try NumberText.double(text, at: here)
      } else if missing == nil {
        throw SceneError(.malformed, at: here.description, expected: "attribute '\(axis)'", found: "none")
      }
    }
    return result
  }
}
