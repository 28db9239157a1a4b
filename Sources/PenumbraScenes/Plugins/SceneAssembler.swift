import PenumbraTransport

/// Walks a scene description and fills a `SceneBuilder`: one method per plugin, in the files of this folder.
///
/// Keys are Mitsuba's: an object directly inside the scene begins its keys with its id; everything nested is named by
/// the slot it is in. Unnamed objects directly inside the scene are called by their tag, `shape`, `shape_1`, … in
/// document order, skipping names that are taken.
struct SceneAssembler {
  let document: SceneDocument
  let options: SceneLoadOptions
  var builder = SceneBuilder()
  var warnings: [String] = []
  var bindings = SceneBindings()

  private var topLevelNames: [ObjectIdentifier: String] = [:]
  private var scopes: [KeyScope] = []
  private var finishedScopes: [ObjectIdentifier: [KeyScope.Entry]] = [:]
  var materials: [ObjectIdentifier: MaterialID] = [:]
  var textures: [ObjectIdentifier: TextureID] = [:]
  var groups: [ObjectIdentifier: ShapeGroupID] = [:]

  init(_ document: SceneDocument, options: SceneLoadOptions) {
    (self.document, self.options) = (document, options)
    nameTopLevelObjects()
  }

  /// Builds everything directly inside `<scene>`, in document order.
  mutating func assemble() throws(SceneError) -> Scene {
    var integrators: [SceneNode] = []
    for property in document.root.properties {
      guard case .object(let node) = property.value else {
        if case .reference = property.value { continue }
        throw SceneError(
          .unknownName, at: property.location.description, found: "<scene> has no property '\(property.name)'")
      }
      switch node.kind {
      case .bsdf: _ = try material(node, slot: "")
      case .texture, .spectrum: _ = try texture(node, slot: "", rule: .any)
      case .shape: try addShape(node)
      case .emitter: try addEmitter(node)
      case .sensor: try addSensor(node)
      case .integrator: integrators.append(node)
      case .film, .rfilter, .sampler:
        throw SceneError(
          .malformed, at: node.place, expected: "it inside a sensor", found: "it directly inside <scene>")
      case .medium, .phase, .volume, .scene: throw node.unsupported
      }
    }
    guard integrators.count <= 1 else {
      throw SceneError(.duplicate, at: integrators[1].place, expected: "one integrator", found: "a second one")
    }
    if let node = integrators.first { builder.integrator = try integrator(node) }
    do {
      return try builder.build()
    } catch {
      throw SceneError(.outOfRange, at: document.root.location.file, found: error.message)
    }
  }

  private mutating func nameTopLevelObjects() {
    var taken = Set(document.allIDs)
    for property in document.root.properties {
      guard case .object(let node) = property.value else { continue }
      topLevelNames[ObjectIdentifier(node)] = node.id ?? Self.freeName(node.kind.rawValue, &taken)
    }
  }

  static func freeName(_ base: String, _ taken: inout Set<String>) -> String {
    var (name, number) = (base, 0)
    while !taken.insert(name).inserted {
      number += 1
      name = "\(base)_\(number)"
    }
    return name
  }

  // MARK: - Keys

  /// The name of an object directly inside the scene; `nil` for nested ones.
  func name(of node: SceneNode) -> String? { topLevelNames[ObjectIdentifier(node)] }

  /// Path of the object whose properties are being read.
  var path: String { scopes.last?.path ?? "" }

  /// Begins an object that stands in `slot` of the current one.
  mutating func open(_ node: SceneNode, slot: String) {
    let nested = path.isEmpty ? slot : "\(path).\(slot)"
    scopes.append(KeyScope(slot: slot, path: name(of: node) ?? nested))
  }

  /// Ends it: its parameters also answer to its id, its aliases and the slot it stands in.
  mutating func close(_ node: SceneNode) {
    guard let scope = scopes.popLast() else { return }
    finishedScopes[ObjectIdentifier(node)] = scope.entries
    let names = [scope.path, node.id].compactMap { $0 } + document.aliases(of: node)
    for entry in scope.entries {
      for name in names { builder.addAlias("\(name).\(entry.suffix)", for: entry.key) }
    }
    inherit(scope.entries, slot: scope.slot)
  }

  /// Lets the current object answer for the parameters of a shared object that was read before.
  mutating func reuse(_ node: SceneNode, slot: String) {
    inherit(finishedScopes[ObjectIdentifier(node)] ?? [], slot: slot)
  }

  private mutating func inherit(_ entries: [KeyScope.Entry], slot: String) {
    guard !scopes.isEmpty else { return }
    scopes[scopes.count - 1].entries += entries.map { .init(suffix: "\(slot).\($0.suffix)", key: $0.key) }
  }

  /// Declares a parameter of the current object.
  ///
  /// - Parameters:
  ///   - parameter: its `key` is the part behind the object's path.
  ///   - location: where its values come from.
  /// - Returns: its offset in θ.
  mutating func declare(_ parameter: Parameter, values: [Float], at location: String) throws(SceneError) -> Int {
    let suffix = parameter.key
    var parameter = parameter
    parameter.key = "\(path).\(suffix)"
    do {
      let offset = try builder.declare(parameter, values: values)
      if !scopes.isEmpty { scopes[scopes.count - 1].entries.append(.init(suffix: suffix, key: parameter.key)) }
      return offset
    } catch {
      throw SceneError(.duplicate, at: location, found: error.message)
    }
  }
}

/// The parameters below one object while it is being read.
struct KeyScope {
  struct Entry {
    /// The part of the key behind the object's path.
    var suffix: String
    var key: String
  }

  /// Where it stands in its parent.
  var slot: String
  var path: String
  var entries: [Entry] = []
}
