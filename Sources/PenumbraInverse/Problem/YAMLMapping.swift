import PenumbraTransport
import Yams

/// A place in a YAML file: messages begin with `file:line:column: path`.
struct YAMLPlace {
  var file: String
  /// Dotted path such as `targets[0].image`; empty for the root.
  var path: String

  func location(_ node: Node?) -> String {
    var text = file
    if let mark = node?.mark { text += ":\(mark.line):\(mark.column)" }
    return text
  }

  func fault(_ node: Node?, _ message: String, code: InverseError.Code = .invalidProblem) -> InverseError {
    InverseError(code, "\(location(node)): \(path.isEmpty ? "" : path + ": ")\(message)")
  }

  func child(_ key: String) -> YAMLPlace { YAMLPlace(file: file, path: path.isEmpty ? key : "\(path).\(key)") }
  func element(_ index: Int) -> YAMLPlace { YAMLPlace(file: file, path: "\(path)[\(index)]") }
}

/// A mapping all of whose keys are known; reads values with located errors.
struct YAMLMapping {
  let place: YAMLPlace
  let node: Node
  private let members: [String: Node]

  /// - Parameter keys: every key that this version or its documentation knows.
  /// - Throws: when `node` is not a mapping or has another key.
  init(_ node: Node, at place: YAMLPlace, keys: [String]) throws(InverseError) {
    guard case .mapping(let mapping) = node else {
      throw place.fault(node, "expected a mapping with \(keys.joined(separator: ", ")), found \(Self.describe(node))")
    }
    var members: [String: Node] = [:]
    for (key, value) in mapping {
      guard let name = key.scalar?.string, keys.contains(name) else {
        let name = key.scalar?.string ?? Self.describe(key)
        let hint = Spelling.nearest(to: name, among: keys).map { ", did you mean '\($0)'?" }
        throw place.fault(
          key, "unknown key '\(name)'" + (hint ?? ", expected one of \(keys.joined(separator: ", "))"))
      }
      members[name] = value
    }
    self.place = place
    self.node = node
    self.members = members
  }

  subscript(key: String) -> Node? { members[key] }

  func place(of key: String) -> YAMLPlace { place.child(key) }

  func fault(_ key: String, _ message: String, code: InverseError.Code = .invalidProblem) -> InverseError {
    place.child(key).fault(members[key] ?? node, message, code: code)
  }

  /// Refuses a documented key that this version does not have.
  func refuse(_ key: String, unless isHarmless: (Node) -> Bool = { _ in false }) throws(InverseError) {
    guard let node = members[key], !isHarmless(node) else { return }
    throw fault(key, "not supported yet by this version; remove it", code: .unsupported)
  }

  func string(_ key: String) throws(InverseError) -> String? {
    guard let node = members[key] else { return nil }
    guard let text = node.scalar?.string, !text.isEmpty else {
      throw fault(key, "expected a text, found \(Self.describe(node))")
    }
    return text
  }

  /// A list of texts.
  func strings(_ key: String) throws(InverseError) -> [String]? {
    guard let items = try list(key) else { return nil }
    var texts: [String] = []
    for item in items {
      guard let text = item.node.scalar?.string, !text.isEmpty else {
        throw item.place.fault(item.node, "expected a text, found \(Self.describe(item.node))")
      }
      texts.append(text)
    }
    return texts
  }

  func requiredString(_ key: String) throws(InverseError) -> String {
    guard let text = try string(key) else { throw place.fault(node, "expected the key '\(key)', found none") }
    return text
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(InverseError) -> Int? {
    guard let node = members[key] else { return nil }
    guard let value = (node.scalar?.string).flatMap(Int.init), range.contains(value) else {
      throw fault(key, "expected an integer in \(range), found \(Self.describe(node))")
    }
    return value
  }

  /// One number or a list of numbers.
  func numbers(_ key: String, allowsInfinity: Bool = false) throws(InverseError) -> [Float]? {
    guard let node = members[key] else { return nil }
    let items: [Node] =
      switch node {
      case .sequence(let sequence): Array(sequence)
      default: [node]
      }
    var values: [Float] = []
    for item in items {
      guard let value = Self.number(item), allowsInfinity || value.isFinite else {
        throw place.child(key).fault(item, "expected a number, found \(Self.describe(item))")
      }
      values.append(value)
    }
    guard !values.isEmpty else { throw fault(key, "expected numbers, found an empty list") }
    return values
  }

  func positiveNumber(_ key: String) throws(InverseError) -> Float? {
    guard let values = try numbers(key) else { return nil }
    guard values.count == 1, values[0] > 0 else {
      throw fault(key, "expected one number above 0, found \(Self.describe(self[key]))")
    }
    return values[0]
  }

  /// One of `Choice`'s names.
  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) throws(InverseError) -> Choice?
  where Choice.RawValue == String {
    guard let text = try string(key) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let names = Choice.allCases.map(\.rawValue)
      let hint = Spelling.nearest(to: text, among: names).map { ", did you mean '\($0)'?" } ?? ""
      throw fault(key, "expected one of \(names.joined(separator: ", ")), found '\(text)'\(hint)")
    }
    return choice
  }

  /// The items of a list, each with its place.
  func list(_ key: String) throws(InverseError) -> [(node: Node, place: YAMLPlace)]? {
    guard let node = members[key] else { return nil }
    guard case .sequence(let sequence) = node else {
      throw fault(key, "expected a list, found \(Self.describe(node))")
    }
    return sequence.enumerated().map { ($0.element, place.child(key).element($0.offset)) }
  }

  private static func number(_ node: Node) -> Float? {
    switch node.scalar?.string {
    case nil: nil
    case ".inf", "+.inf": .infinity
    case "-.inf": -.infinity
    case let text?: Float(text).flatMap { $0.isNaN ? nil : $0 }
    }
  }

  /// What a message says was found.
  static func describe(_ node: Node?) -> String {
    switch node {
    case .scalar(let scalar)?: scalar.string.isEmpty ? "nothing" : "'\(scalar.string.prefix(60))'"
    case .mapping?: "a mapping"
    case .sequence(let sequence)?: "a list of \(sequence.count)"
    case .alias?: "an alias"
    case nil: "nothing"
    }
  }
}
