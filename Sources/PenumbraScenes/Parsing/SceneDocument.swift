/// A scene description whose references all lead somewhere and never back to themselves.
struct SceneDocument: Sendable {
  let root: SceneNode
  private let ids: [String: SceneNode]
  /// Other ids of a node, from `<alias>`.
  private var otherNames: [ObjectIdentifier: [String]] = [:]

  init(root: SceneNode, ids: [String: SceneNode], aliases: [(name: String, id: String, location: SourceLocation)] = [])
    throws(SceneError)
  {
    self.root = root
    var ids = ids
    allAliases = aliases.map { ($0.name, $0.id) }
    for alias in aliases {
      guard let node = ids[alias.id] else { throw Self.unknown(alias.id, among: ids.keys, at: alias.location) }
      ids[alias.name] = node
      otherNames[ObjectIdentifier(node), default: []].append(alias.name)
    }
    self.ids = ids
    var open: [SceneNode] = []
    var done: Set<ObjectIdentifier> = []
    try check(root, open: &open, done: &done)
  }

  /// Every `<alias>`, with the id it points to.
  let allAliases: [(name: String, id: String)]

  var allIDs: [String] { Array(ids.keys) }

  func aliases(of node: SceneNode) -> [String] { otherNames[ObjectIdentifier(node)] ?? [] }

  /// The object a property holds or refers to; `nil` for plain values.
  func object(_ property: SceneNode.Property) -> SceneNode? {
    switch property.value {
    case .object(let node): node
    case .reference(let id): ids[id]
    default: nil
    }
  }

  /// Objects inside each other, by nesting or by reference.
  static let maximumDepth = 256

  private func check(_ node: SceneNode, open: inout [SceneNode], done: inout Set<ObjectIdentifier>)
    throws(SceneError)
  {
    open.append(node)
    for property in node.properties {
      let next: SceneNode
      switch property.value {
      case .object(let node): next = node
      case .reference(let id):
        guard let node = ids[id] else { throw Self.unknown(id, among: ids.keys, at: property.location) }
        next = node
      default: continue
      }
      guard !open.contains(where: { $0 === next }) else {
        throw SceneError(
          .cyclic, at: property.location.description, found: "object '\(next.id ?? next.plugin)' contains itself")
      }
      guard open.count < Self.maximumDepth else {
        throw SceneError(
          .outOfRange, at: property.location.description,
          expected: "at most \(Self.maximumDepth) objects that refer to each other in a chain", found: "more")
      }
      if !done.contains(ObjectIdentifier(next)) { try check(next, open: &open, done: &done) }
    }
    open.removeLast()
    done.insert(ObjectIdentifier(node))
  }

  private static func unknown(_ id: String, among known: some Sequence<String>, at location: SourceLocation)
    -> SceneError
  {
    SceneError(
      .unknownName, at: location.description, found: "no object has the id '\(id)'\(suggestion(for: id, among: known))")
  }
}
