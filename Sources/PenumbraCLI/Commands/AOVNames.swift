import Penumbra

/// Names of extra layers on the command line.
enum AOVNames {
  /// In the order of the help text.
  private static let kinds: [(name: String, kind: AOV.Kind)] = [
    ("albedo", .albedo), ("normal", .normal), ("depth", .depth), ("position", .position), ("uv", .uv),
    ("shape-id", .shapeIndex), ("variance", .variance), ("geometric-normal", .geometricNormal),
    ("primitive-id", .primitiveIndex),
  ]

  static var list: String { kinds.map(\.name).joined(separator: ",") }

  static func parse(_ text: String) throws(Failure) -> [AOV] {
    var aovs: [AOV] = []
    for name in text.split(separator: ",").map(String.init) {
      guard let kind = kinds.first(where: { $0.name == name })?.kind else {
        let hint = Spelling.nearest(to: name, among: kinds.map(\.name)).map { ", did you mean '\($0)'?" } ?? ""
        throw Failure(.usage, "--aov: expected \(list), found '\(name)'\(hint)")
      }
      if !aovs.contains(where: { $0.name == name }) { aovs.append(AOV(name: name, kind: kind)) }
    }
    return aovs
  }

  /// Channel names of a layer in an EXR file, as Mitsuba writes them.
  static func channels(of aov: AOV) -> [String] {
    let suffixes =
      switch aov.kind {
      case .albedo, .variance: ["R", "G", "B"]
      case .normal, .geometricNormal, .position, .tristimulus, .secondMoment: ["X", "Y", "Z"]
      case .uv: ["U", "V"]
      case .depth: ["T"]
      case .shapeIndex, .primitiveIndex: ["I"]
      }
    return suffixes.map { "\(aov.name).\($0)" }
  }
}
