import Foundation
import PenumbraImages
import PenumbraTransport
import Yams

/// Reads a problem file: YAML as documented, strict about every key.
///
/// Documented features that this version does not have are refused at their place rather than ignored.
public enum ProblemFile {
  /// - Parameter path: the YAML file; paths inside it are relative to its folder.
  /// - Throws: `.missingFile`, or a located `.invalidProblem` or `.unsupported`.
  public static func read(_ path: String) throws(InverseError) -> Problem {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InverseError(.missingFile, "\(path): expected a problem file, found no readable file")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw InverseError(.invalidProblem, "\(path): expected UTF-8 text, found other bytes")
    }
    return try decode(text, file: path)
  }

  /// Decodes the text of a problem file.
  public static func decode(_ text: String, file: String) throws(InverseError) -> Problem {
    let place = YAMLPlace(file: file, path: "")
    let root = try YAMLMapping(
      try compose(text, at: place), at: place,
      keys: ["scene", "targets", "unknowns", "loss", "regularizers", "optimizer", "visibility", "validation"])
    let folder = FolderPath(of: file)
    try refuseUnsupported(root)
    var problem = Problem(
      scene: folder.resolve(try root.requiredString("scene")), targets: try targets(root, folder: folder),
      unknowns: try unknowns(root), loss: try LossDecoding.loss(root), optimizer: try optimizer(root))
    problem.visibility = try visibility(root)
    problem.soft = try SoftAnnealing(root)
    return problem
  }

  private static func compose(_ text: String, at place: YAMLPlace) throws(InverseError) -> Node {
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw place.fault(nil, "expected a problem, found an empty file")
      }
      return node
    } catch let error as InverseError { throw error } catch {
      // Yams quotes the offending lines below its message; the first line is the message.
      let lines = "\(error)".split(separator: "\n")
      let message = lines.first.map(String.init) ?? "cannot be parsed"
      throw InverseError(.invalidProblem, "\(place.file): not valid YAML: \(message)")
    }
  }

  private static func refuseUnsupported(_ root: YAMLMapping) throws(InverseError) {
    try root.refuse("regularizers") { $0.sequence?.isEmpty ?? false }
    try root.refuse("validation")
  }

  private static func visibility(_ root: YAMLMapping) throws(InverseError) -> VisibilityEstimator {
    guard let node = root["visibility"] else { return .edges }
    let visibility = try YAMLMapping(node, at: root.place(of: "visibility"), keys: ["estimator", "soft"])
    guard let estimator = try visibility.string("estimator") else { return .edges }
    if let known = VisibilityEstimator(rawValue: estimator) { return known }
    guard estimator == "reparameterized" else {
      throw visibility.fault(
        "estimator", "expected one of edges, reparameterized, soft, none, found '\(estimator)'")
    }
    throw visibility.fault(
      "estimator", "'\(estimator)' is not supported yet; this version has 'edges', 'soft' and 'none'",
      code: .unsupported)
  }

  private static func targets(_ root: YAMLMapping, folder: FolderPath) throws(InverseError) -> [Problem.Target] {
    var targets: [Problem.Target] = []
    for item in try root.list("targets") ?? [] {
      let target = try YAMLMapping(item.node, at: item.place, keys: ["image", "sensor", "mask", "encoding", "lights"])
      targets.append(
        Problem.Target(
          image: folder.resolve(try target.requiredString("image")), sensor: try target.string("sensor"),
          mask: try target.string("mask").map(folder.resolve), encoding: try encoding(target),
          lights: try target.strings("lights"), place: item.place.location(item.node)))
    }
    guard !targets.isEmpty else {
      throw root.place.fault(root["targets"] ?? root.node, "targets: expected at least one target, found none")
    }
    return targets
  }

  private static func encoding(_ target: YAMLMapping) throws(InverseError) -> Encoding {
    guard let text = try target.string("encoding") else { return .auto }
    switch text.lowercased() {
    case "auto": return .auto
    case "srgb": return .sRGB
    case "linear": return .linear
    default: throw target.fault("encoding", "expected one of auto, srgb, linear, found '\(text)'")
    }
  }

  private static func unknowns(_ root: YAMLMapping) throws(InverseError) -> [Problem.Unknown] {
    var unknowns: [Problem.Unknown] = []
    for item in try root.list("unknowns") ?? [] {
      let unknown = try YAMLMapping(
        item.node, at: item.place, keys: ["key", "initial", "bounds", "learning_rate", "large_steps"])
      try unknown.refuse("large_steps")
      unknowns.append(
        Problem.Unknown(
          key: try unknown.requiredString("key"), initial: try unknown.numbers("initial"),
          bounds: try bounds(unknown), learningRate: try unknown.positiveNumber("learning_rate"),
          place: item.place.location(item.node)))
    }
    guard !unknowns.isEmpty else {
      throw root.place.fault(root["unknowns"] ?? root.node, "unknowns: expected at least one key, found none")
    }
    return unknowns
  }

  private static func bounds(_ unknown: YAMLMapping) throws(InverseError) -> ClosedRange<Float>? {
    guard let values = try unknown.numbers("bounds", allowsInfinity: true) else { return nil }
    guard values.count == 2, values[0] <= values[1] else {
      throw unknown.fault("bounds", "expected [lower, upper], found \(values)")
    }
    return values[0]...values[1]
  }

  private static func optimizer(_ root: YAMLMapping) throws(InverseError) -> OptimizerSettings {
    var settings = OptimizerSettings()
    guard let node = root["optimizer"] else { return settings }
    let optimizer = try YAMLMapping(
      node, at: root.place(of: "optimizer"), keys: ["type", "iterations", "spp", "learning_rate", "schedule"])
    if let name = try optimizer.string("type") {
      guard let kind = OptimizerSettings.Kind(rawValue: name) else {
        let later = ["adam-uniform", "lbfgs", "levenberg-marquardt", "gauss-newton-cg"]
        guard later.contains(name) else {
          throw optimizer.fault(
            "type", "expected one of auto, adam, \(later.joined(separator: ", ")), found '\(name)'")
        }
        throw optimizer.fault("type", "'\(name)' is not supported yet; use adam or auto", code: .unsupported)
      }
      settings.kind = kind
    }
    settings.iterations = try optimizer.integer("iterations", in: 1...10_000_000) ?? settings.iterations
    settings.samplesPerPixel = try optimizer.integer("spp", in: 2...1_000_000) ?? settings.samplesPerPixel
    settings.learningRate = try optimizer.positiveNumber("learning_rate") ?? settings.learningRate
    settings.schedule = try optimizer.choice("schedule") ?? settings.schedule
    return settings
  }
}
