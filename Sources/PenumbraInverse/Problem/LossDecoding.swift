import PenumbraTransport
import Yams

/// Reads the `loss` of a problem file: one name, one mapping, or a list of mappings that are summed.
enum LossDecoding {
  static func loss(_ root: YAMLMapping) throws(InverseError) -> Loss {
    guard let node = root["loss"] else { return Loss(.l2) }
    switch node {
    case .scalar(let scalar):
      return try named(scalar.string) { root.fault("loss", $0) }
    case .sequence:
      var terms: [Loss.Term] = []
      for item in try root.list("loss") ?? [] { terms.append(try term(item.node, at: item.place)) }
      guard !terms.isEmpty else { throw root.fault("loss", "expected at least one loss, found an empty list") }
      return Loss(terms)
    default:
      return Loss([try term(node, at: root.place(of: "loss"))])
    }
  }

  private static func term(_ node: Node, at place: YAMLPlace) throws(InverseError) -> Loss.Term {
    let loss = try YAMLMapping(node, at: place, keys: ["type", "space", "pyramid", "weight", "scale"])
    var term = try named(try loss.requiredString("type")) { loss.fault("type", $0) }.terms[0]
    if let space: LossSpace = try loss.choice("space") {
      guard term.space == .linear || term.space == space else {
        throw loss.fault("space", "expected \(term.space.rawValue), which the type implies, found '\(space.rawValue)'")
      }
      term.space = space
    }
    term.pyramid = max(1, try loss.integer("pyramid", in: 0...16) ?? 1)
    term.weight = try loss.positiveNumber("weight") ?? 1
    if let scale = try loss.positiveNumber("scale") {
      guard term.kind == .huber || term.kind == .cauchy else {
        throw loss.fault("scale", "expected a huber or cauchy loss, found '\(term.kind.rawValue)'")
      }
      term.scale = scale
    }
    return term
  }

  private static func named(_ name: String, fault: (String) -> InverseError) throws(InverseError) -> Loss {
    if let loss = Loss(named: name) { return loss }
    let hint = Spelling.nearest(to: name, among: Loss.names).map { ", did you mean '\($0)'?" } ?? ""
    throw fault("expected one of \(Loss.names.joined(separator: ", ")), found '\(name)'\(hint)")
  }
}
