import Foundation

/// Turns XML files into one tree of `SceneNode`s: resolves includes, defaults, `$names` and search paths, and converts
/// every property to its type. Knows nothing about plugins.
struct DocumentReader {
  /// More files inside each other than this are refused.
  static let maximumIncludeDepth = 32

  var substitution: Substitution
  var searchPath = SearchPath()
  var version = SceneVersion(major: 3)
  private var ids: [String: SceneNode] = [:]
  private var idLocations: [String: SourceLocation] = [:]
  private var aliases: [(name: String, id: String, location: SourceLocation)] = []
  private var openFiles: [String] = []

  /// Reads a scene file and everything it includes.
  static func read(path: String, defines: [String: String]) throws(SceneError) -> SceneDocument {
    var reader = DocumentReader(substitution: Substitution(overrides: defines))
    let file = try reader.open(path, referrer: nil)
    let properties = try reader.readChildren(of: file, isTopLevel: true)
    if let name = reader.substitution.unusedOverrides.first {
      let hint = suggestion(for: name, among: reader.substitution.names.filter { $0 != name })
      throw SceneError(.unknownName, at: path, found: "the scene has no default '\(name)'\(hint)")
    }
    let root = SceneNode(kind: .scene, plugin: "scene", location: file.location, properties: properties)
    return try SceneDocument(root: root, ids: reader.ids, aliases: reader.aliases)
  }

  private init(substitution: Substitution) { self.substitution = substitution }

  // MARK: - Files

  private mutating func open(_ path: String, referrer: SourceLocation?) throws(SceneError) -> MarkupElement {
    let bytes = try SourceFile.read(path, referrer: referrer, maximumBytes: SourceFile.maximumSceneBytes)
    let root = try MarkupParser.parse(bytes, file: path)
    guard let tag = SceneTag(rawValue: root.name), case .object(let kind) = tag.role else {
      throw SceneError(
        .malformed, at: root.location.description, expected: "a <scene> element", found: "<\(root.name)>")
    }
    guard kind == .scene || referrer != nil else {
      throw SceneError(.unsupported, at: root.location.description, expected: "a <scene>", found: "<\(root.name)>")
    }
    guard let written = root.attributes.first(where: { $0.name == "version" }) else {
      throw SceneError(
        .malformed, at: root.location.description, expected: "a version attribute on <\(root.name)>", found: "none")
    }
    version = try SceneVersion(parsing: written.value, at: written.location)
    if kind == .scene { _ = try attributes(of: root, required: ["version"], optional: ["id", "name", "type"]) }
    openFiles.append(URL(fileURLWithPath: path).standardizedFileURL.path)
    searchPath.enter(file: path)
    return root
  }

  private mutating func include(_ element: MarkupElement) throws(SceneError) -> [SceneNode.Property] {
    let name = try attributes(of: element, required: ["filename"])["filename"] ?? ""
    let path = searchPath.resolve(name) ?? name
    let identity = URL(fileURLWithPath: path).standardizedFileURL.path
    guard !openFiles.contains(identity) else {
      throw SceneError(.cyclic, at: element.location.description, found: "'\(name)' includes itself")
    }
    guard openFiles.count < Self.maximumIncludeDepth else {
      throw SceneError(
        .outOfRange, at: element.location.description, expected: "at most \(Self.maximumIncludeDepth) nested includes",
        found: "more")
    }
    let outerVersion = version
    let root = try open(path, referrer: element.location)
    let properties =
      root.name == SceneTag.scene.rawValue
      ? try readChildren(of: root, isTopLevel: true) : try property(root, kind: .init(rawValue: root.name)!)
    version = outerVersion
    openFiles.removeLast()
    searchPath.leave()
    return properties
  }

  // MARK: - Elements

  private mutating func readChildren(of parent: MarkupElement, isTopLevel: Bool = false) throws(SceneError)
    -> [SceneNode.Property]
  {
    var properties: [SceneNode.Property] = []
    var names: Set<String> = []
    for element in parent.children {
      for property in try read(element, isTopLevel: isTopLevel) {
        guard property.name.isEmpty || names.insert(property.name).inserted else {
          throw SceneError(
            .duplicate, at: property.location.description, expected: "each property once",
            found: "a second '\(property.name)'")
        }
        properties.append(property)
      }
    }
    return properties
  }

  private mutating func read(_ element: MarkupElement, isTopLevel: Bool) throws(SceneError) -> [SceneNode.Property] {
    guard let tag = SceneTag(rawValue: element.name) else {
      let hint = suggestion(for: element.name, among: SceneTag.allCases.map(\.rawValue))
      throw SceneError(
        .unknownName, at: element.location.description, found: "unknown element <\(element.name)>\(hint)")
    }
    switch tag.role {
    case .object(let kind):
      guard kind != .scene else {
        throw SceneError(.malformed, at: element.location.description, found: "a <scene> inside an object")
      }
      if tag == .spectrum, !element.attributes.contains(where: { $0.name == "type" }) {
        return [try readProperty(element, tag: tag)]
      }
      return try property(element, kind: kind)
    case .property:
      return [try readProperty(element, tag: tag)]
    case .directive:
      guard isTopLevel || tag == .include || tag == .default else {
        throw SceneError(
          .malformed, at: element.location.description, expected: "<\(tag.rawValue)> directly inside <scene>",
          found: "it inside an object")
      }
      return try obey(tag, element)
    case .transformStep:
      throw SceneError(
        .malformed, at: element.location.description, expected: "<\(element.name)> inside a <transform>",
        found: "it elsewhere")
    }
  }

  private mutating func obey(_ tag: SceneTag, _ element: MarkupElement) throws(SceneError) -> [SceneNode.Property] {
    guard element.children.isEmpty else { throw unexpectedChild(of: element) }
    switch tag {
    case .include: return try include(element)
    case .default:
      let values = try attributes(of: element, required: ["name", "value"])
      substitution.define(values["name"] ?? "", value: values["value"] ?? "")
    case .path:
      try searchPath.add(try attributes(of: element, required: ["value"])["value"] ?? "", at: element.location)
    default:
      let values = try attributes(of: element, required: ["id", "as"])
      let name = values["as"] ?? ""
      try claim(id: name, at: element.location)
      aliases.append((name, values["id"] ?? "", element.location))
    }
    return []
  }

  /// A nested object as a property of its parent.
  private mutating func property(_ element: MarkupElement, kind: ObjectKind) throws(SceneError) -> [SceneNode.Property]
  {
    let values = try attributes(of: element, required: ["type"], optional: ["id", "name", "version"])
    if let id = values["id"] { try claim(id: id, at: element.location) }
    var properties = try readChildren(of: element)
    if version.hasCamelCaseNames { LegacyProperties.upgrade(&properties, kind: kind, plugin: values["type"] ?? "") }
    let node = SceneNode(
      kind: kind, plugin: values["type"] ?? "", id: values["id"], location: element.location, properties: properties)
    if let id = values["id"] { ids[id] = node }
    return [.init(name: propertyName(values["name"] ?? ""), value: .object(node), location: element.location)]
  }

  private mutating func claim(id: String, at location: SourceLocation) throws(SceneError) {
    guard !id.isEmpty else { throw SceneError(.malformed, at: location.description, found: "an empty id") }
    if let first = idLocations[id] {
      throw SceneError(.duplicate, at: location.description, found: "id '\(id)' is taken by the object at \(first)")
    }
    idLocations[id] = location
  }
}
