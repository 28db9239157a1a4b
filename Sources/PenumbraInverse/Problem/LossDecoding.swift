import PenumbraTransport
import Yams

/// Reads the `loss` of a problem file: one name, one mapping, or a list of mappings that are summed.
enum LossDecoding {
  static func loss(_ root: YAMLMapping) throws(InverseError) -> Loss {
    guard let node = root["loss"] else { return Loss(.l2) }
    switch node {
    case .scalar(let scalar):
      return Loss(try kind(scalar.string) { root.fault("loss", $0, code: $1) })
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
    let loss = try YAMLMapping(node, at: place, keys: ["type", "space", "pyramid", "weight"])
    try loss.refuse("pyramid") { ["0", "1"].contains($0.scalar?.string) }
    var kind = try kind(try loss.requiredString("type")) { loss.fault("type", $0, code: $1) }
    switch try loss.string("space") {
    case nil, "linear": break
    case "log" where kind == .l2 || kind == .log: kind = .log
    case "log", "srgb", "log-srgb":
      throw loss.fault("space", "not supported yet for '\(kind.rawValue)'; use linear", code: .unsupported)
    case let name?: throw loss.fault("space", "expected one of linear, log, found '\(name)'")
    }
    return Loss.Term(kind, weight: try loss.positiveNumber("weight") ?? 1)
  }

  private static func kind(
    _ name: String, fault: (String, InverseError.Code) -> InverseError
  ) throws(InverseError) -> PixelLoss {
    if let kind = PixelLoss(rawValue: name) { return kind }
    let known = PixelLoss.allCases.map(\.rawValue)
    if ["huber", "log-srgb", "ssim"].contains(name) {
      throw fault("'\(name)' is not supported yet; use one of \(known.joined(separator: ", "))", .unsupported)
    }
    let hint = Spelling.nearest(to: name, among: known).map { ", did you mean '\($0)'?" } ?? ""
    throw fault("expected one of \(known.joined(separator: ", ")), found '\(name)'\(hint)", .invalidProblem)
  }
}
