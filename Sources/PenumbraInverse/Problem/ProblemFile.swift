import Foundation
import PenumbraImages
import PenumbraTransport
import Yams

/// Reads a problem file: YAML as documented, strict about every key.
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
    var problem = Problem(
      scene: folder.resolve(try root.requiredString("scene")), targets: try targets(root, folder: folder),
      unknowns: try unknowns(root), loss: try LossDecoding.loss(root), optimizer: try optimizer(root))
    problem.visibility = try VisibilityDecoding.estimator(root)
    problem.soft = try SoftAnnealing(root)
    problem.regularizers = try regularizers(root)
    problem.validation = try validation(root, folder: folder)
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

  private static func targets(_ root: YAMLMapping, folder: FolderPath) throws(InverseError) -> [Problem.Target] {
    var targets: [Problem.Target] = []
    for item in try root.list("targets") ?? [] { targets.append(try target(item.node, at: item.place, folder: folder)) }
    guard !targets.isEmpty else {
      throw root.place.fault(root["targets"] ?? root.node, "targets: expected at least one target, found none")
    }
    return targets
  }

  private static func target(
    _ node: Node, at place: YAMLPlace, folder: FolderPath
  ) throws(InverseError) -> Problem.Target {
    let target = try YAMLMapping(
      node, at: place,
      keys: [
        "image", "sensor", "mask", "encoding", "lights", "exposure", "white_balance", "gamma", "quantity", "weight",
      ])
    let quantity: PictureQuantity = try target.choice("quantity") ?? .radiance
    for key in ["exposure", "white_balance", "gamma", "lights"] where quantity != .radiance && target[key] != nil {
      throw target.fault(key, "expected a picture of radiance, found one of \(quantity.rawValue)")
    }
    return Problem.Target(
      image: folder.resolve(try target.requiredString("image")), sensor: try target.string("sensor"),
      mask: try target.string("mask").map(folder.resolve), encoding: try encoding(target),
      lights: try target.strings("lights"), response: try response(target),
      quantity: quantity, weight: try target.positiveNumber("weight") ?? 1, place: place.location(node))
  }

  private static func response(_ target: YAMLMapping) throws(InverseError) -> Response {
    var response = Response()
    func numbers(_ key: String, _ count: Int) throws(InverseError) -> [Float]? {
      guard let values = try target.numbers(key) else { return nil }
      guard values.count == count, let bounds = Response.parameter(key)?.bounds, values.allSatisfy(bounds.contains)
      else {
        let bounds = Response.parameter(key)?.bounds
        throw target.fault(
          key,
          "expected \(count == 1 ? "a number" : "\(count) numbers") in \(bounds.map { "\($0)" } ?? ""), found \(values)"
        )
      }
      return values
    }
    if let exposure = try numbers("exposure", 1) { response.exposure = exposure[0] }
    if let gains = try numbers("white_balance", 2) { response.whiteBalance = SIMD2(gains[0], gains[1]) }
    if let gamma = try numbers("gamma", 1) { response.gamma = gamma[0] }
    return response
  }

  /// Held-out views: names of pictures, or mappings like those of targets.
  private static func validation(_ root: YAMLMapping, folder: FolderPath) throws(InverseError) -> [Problem.Target] {
    guard let node = root["validation"] else { return [] }
    let validation = try YAMLMapping(node, at: root.place(of: "validation"), keys: ["images"])
    var views: [Problem.Target] = []
    for item in try validation.list("images") ?? [] {
      if let name = item.node.scalar?.string, !name.isEmpty {
        views.append(Problem.Target(image: folder.resolve(name), place: item.place.location(item.node)))
      } else {
        views.append(try target(item.node, at: item.place, folder: folder))
      }
    }
    return views
  }

  private static func regularizers(_ root: YAMLMapping) throws(InverseError) -> [RegularizerRequest] {
    var requests: [RegularizerRequest] = []
    for item in try root.list("regularizers") ?? [] {
      let entry = try YAMLMapping(item.node, at: item.place, keys: ["type", "key", "weight", "value"])
      guard let kind: RegularizerRequest.Kind = try entry.choice("type") else {
        throw entry.place.fault(item.node, "expected the key 'type', found none")
      }
      let value = try entry.numbers("value")
      guard value == nil || kind == .prior else {
        throw entry.fault("value", "expected a prior, found '\(kind.rawValue)'")
      }
      requests.append(
        RegularizerRequest(
          kind, key: try entry.requiredString("key"), weight: try entry.positiveNumber("weight") ?? 1, value: value,
          place: item.place.location(item.node)))
    }
    return requests
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
        item.node, at: item.place, keys: ["key", "initial", "bounds", "learning_rate", "large_steps", "map"])
      unknowns.append(
        Problem.Unknown(
          key: try unknown.requiredString("key"), initial: try unknown.numbers("initial"),
          bounds: try bounds(unknown), learningRate: try unknown.positiveNumber("learning_rate"),
          largeSteps: try unknown.positiveNumber("large_steps"), map: try unknown.choice("map"),
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
      node, at: root.place(of: "optimizer"),
      keys: ["type", "iterations", "spp", "max_spp", "learning_rate", "schedule", "views_per_step"])
    settings.place = root.place(of: "optimizer").location(node)
    settings.kind = try optimizer.choice("type") ?? settings.kind
    settings.iterations = try optimizer.integer("iterations", in: 1...10_000_000) ?? settings.iterations
    settings.samplesPerPixel = try optimizer.integer("spp", in: 2...1_000_000) ?? settings.samplesPerPixel
    settings.largestSamplesPerPixel = try optimizer.integer("max_spp", in: settings.samplesPerPixel...10_000_000)
    settings.learningRate = try optimizer.positiveNumber("learning_rate") ?? settings.learningRate
    settings.schedule = try optimizer.choice("schedule") ?? settings.schedule
    settings.viewsPerStep = try optimizer.integer("views_per_step", in: 1...10_000_000)
    return settings
  }
}
