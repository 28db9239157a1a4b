/// Every parameter of a scene, found by key or alias.
public struct ParameterTable: Sendable {
  /// In the order of θ.
  public private(set) var all: [Parameter] = []
  private var indices: [String: Int] = [:]

  public init() {}

  public subscript(key: String) -> Parameter? { indices[key].map { all[$0] } }

  /// Every key and alias.
  public var names: [String] { Array(indices.keys) }

  /// - Returns: `false`, changing nothing, when the key is already taken.
  mutating func insert(_ parameter: Parameter) -> Bool {
    guard indices[parameter.key] == nil else { return false }
    indices[parameter.key] = all.count
    for alias in parameter.aliases where indices[alias] == nil { indices[alias] = all.count }
    all.append(parameter)
    return true
  }

  /// Adds another name for an existing key; the first owner of a name keeps it.
  mutating func addAlias(_ alias: String, for key: String) {
    guard let index = indices[key], indices[alias] == nil else { return }
    indices[alias] = index
    all[index].aliases.append(alias)
  }

  /// Resolves `KEY` or `KEY[i]`, where `i` counts the flattened elements.
  ///
  /// - Returns: the parameter and the elements of θ that are meant.
  /// - Throws: `TransportError` naming the nearest known key, or the allowed range of `i`.
  public func resolve(_ name: String) throws(TransportError) -> (parameter: Parameter, range: Range<Int>) {
    if let parameter = self[name] { return (parameter, parameter.range) }
    if name.hasSuffix("]"), let bracket = name.lastIndex(of: "[") {
      let key = String(name[..<bracket])
      let text = name[name.index(after: bracket)..<name.index(before: name.endIndex)]
      if let parameter = self[key] {
        guard let index = Int(text), index >= 0, index < parameter.count else {
          throw TransportError(
            .unknownParameter, "\(name): expected an index in 0..<\(parameter.count), found '\(text)'")
        }
        return (parameter, (parameter.offset + index)..<(parameter.offset + index + 1))
      }
    }
    let hint = Spelling.nearest(to: name, among: names).map { ", did you mean '\($0)'?" } ?? ""
    throw TransportError(.unknownParameter, "unknown parameter '\(name)'\(hint)")
  }
}
