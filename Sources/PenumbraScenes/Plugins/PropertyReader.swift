/// Takes the properties out of one object by name and type, and finally names those that nobody asked for.
struct PropertyReader {
  let node: SceneNode
  let document: SceneDocument
  private var asked: [String] = []
  private var taken: Set<Int> = []

  init(_ node: SceneNode, in document: SceneDocument) { (self.node, self.document) = (node, document) }

  /// The property of that name, whatever its type.
  mutating func take(_ name: String) -> SceneNode.Property? {
    asked.append(name)
    guard let index = node.properties.firstIndex(where: { $0.name == name }) else { return nil }
    taken.insert(index)
    return node.properties[index]
  }

  func has(_ name: String) -> Bool { node.properties.contains { $0.name == name } }

  /// Whether it holds or refers to an object of that kind.
  func hasObject(_ kind: ObjectKind) -> Bool { node.properties.contains { document.object($0)?.kind == kind } }

  // MARK: - Typed values

  mutating func boolean(_ name: String, default fallback: Bool) throws(SceneError) -> Bool {
    guard let property = take(name) else { return fallback }
    guard case .boolean(let value) = property.value else { throw mismatch(property, "boolean") }
    return value
  }

  mutating func integer(_ name: String) throws(SceneError) -> Int? {
    guard let property = take(name) else { return nil }
    guard case .integer(let value) = property.value else { throw mismatch(property, "integer") }
    return value
  }

  mutating func integer(_ name: String, default fallback: Int, in range: ClosedRange<Int>) throws(SceneError) -> Int {
    guard let property = take(name) else { return fallback }
    guard case .integer(let value) = property.value else { throw mismatch(property, "integer") }
    guard range.contains(value) else {
      throw SceneError(
        .outOfRange, at: property.location.description, expected: "\(name) in \(range)", found: "\(value)")
    }
    return value
  }

  /// A `<float>` or `<integer>`.
  mutating func float(_ name: String) throws(SceneError) -> Double? {
    guard let property = take(name) else { return nil }
    switch property.value {
    case .float(let value): return value
    case .integer(let value): return Double(value)
    default: throw mismatch(property, "float")
    }
  }

  mutating func float(_ name: String, default fallback: Double, in range: ClosedRange<Double>) throws(SceneError)
    -> Double
  {
    guard let value = try float(name) else { return fallback }
    guard range.contains(value) else { throw outOfRange(name, "a number in \(range)", found: "\(value)") }
    return value
  }

  mutating func string(_ name: String) throws(SceneError) -> String? {
    guard let property = take(name) else { return nil }
    guard case .string(let value) = property.value else { throw mismatch(property, "string") }
    return value
  }

  /// One of a closed set of words.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, default fallback: Choice)
    throws(SceneError) -> Choice where Choice.RawValue == String
  {
    guard let text = try string(name) else { return fallback }
    if let value = Choice(rawValue: text) ?? Choice(rawValue: text.lowercased()) { return value }
    let words = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    throw outOfRange(name, "\(name) to be one of \(words)", found: "'\(text)'")
  }

  mutating func point(_ name: String) throws(SceneError) -> SIMD3<Double>? {
    guard let property = take(name) else { return nil }
    guard case .point(let value) = property.value else { throw mismatch(property, "point") }
    return value
  }

  mutating func vector(_ name: String) throws(SceneError) -> SIMD3<Double>? {
    guard let property = take(name) else { return nil }
    guard case .vector(let value) = property.value else { throw mismatch(property, "vector") }
    return value
  }

  mutating func transform(_ name: String) throws(SceneError) -> Matrix4? {
    guard let property = take(name) else { return nil }
    guard case .transform(let value) = property.value else { throw mismatch(property, "transform") }
    return value
  }

  /// Nested or referenced objects of some kinds, with the property they stand in.
  mutating func objects(_ kinds: ObjectKind...) -> [(property: SceneNode.Property, node: SceneNode)] {
    var result: [(SceneNode.Property, SceneNode)] = []
    for (index, property) in node.properties.enumerated() {
      guard let object = document.object(property), kinds.contains(object.kind), !taken.contains(index) else {
        continue
      }
      taken.insert(index)
      result.append((property, object))
    }
    return result
  }

  /// Accepts properties that change nothing here.
  mutating func ignore(_ names: String...) { for name in names { _ = take(name) } }

  // MARK: - Errors

  /// - Throws: when a property was not asked for.
  func finish() throws(SceneError) {
    for (index, property) in node.properties.enumerated() where !taken.contains(index) {
      if let object = document.object(property) {
        throw SceneError(
          .unknownName, at: property.location.description,
          found: "\(node.kind.rawValue) plugin '\(node.plugin)' has no place for this \(object.kind.rawValue)"
            + (property.name.isEmpty ? "" : " '\(property.name)'" + suggestion(for: property.name, among: asked)))
      }
      throw SceneError(
        .unknownName, at: property.location.description,
        found: "\(node.kind.rawValue) plugin '\(node.plugin)' has no property '\(property.name)'"
          + suggestion(for: property.name, among: asked))
    }
  }

  func mismatch(_ property: SceneNode.Property, _ expected: String) -> SceneError {
    SceneError(
      .wrongType, at: property.location.description, expected: "\(expected) '\(property.name)'",
      found: "a \(property.value.typeName)")
  }

  func missing(_ what: String) -> SceneError {
    SceneError(.wrongType, at: node.place, expected: what, found: "none")
  }

  /// An error about the value of a property of this object, or about the object where the property is absent.
  func outOfRange(_ name: String, _ expected: String, found: String) -> SceneError {
    let place = node.properties.first { $0.name == name }?.location.description ?? node.place
    return SceneError(.outOfRange, at: place, expected: expected, found: found)
  }
}
