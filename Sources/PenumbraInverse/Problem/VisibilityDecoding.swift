import PenumbraTransport

/// Reads the `visibility` of a problem file.
enum VisibilityDecoding {
  static func read(_ root: YAMLMapping, into problem: inout Problem) throws(InverseError) {
    guard let node = root["visibility"] else { return }
    let visibility = try YAMLMapping(node, at: root.place(of: "visibility"), keys: ["estimator", "soft"])
    problem.softTemperatures = try temperatures(visibility)
    guard let estimator = try visibility.string("estimator") else { return }
    if let known = VisibilityEstimator(rawValue: estimator) {
      problem.visibility = known
      return
    }
    guard ["reparameterized", "soft"].contains(estimator) else {
      throw visibility.fault(
        "estimator", "expected one of edges, reparameterized, soft, none, found '\(estimator)'")
    }
    throw visibility.fault(
      "estimator", "'\(estimator)' is not supported yet; this version has 'edges' and 'none'",
      code: .unsupported)
  }

  /// Temperatures of soft visibility at the start and at the end; only the estimator `soft` uses them.
  private static func temperatures(_ visibility: YAMLMapping) throws(InverseError) -> [Float] {
    guard let node = visibility["soft"] else { return [] }
    let soft = try YAMLMapping(node, at: visibility.place(of: "soft"), keys: ["temperature"])
    guard let values = try soft.numbers("temperature") else { return [] }
    guard (1...2).contains(values.count), values.allSatisfy({ $0 > 0 }) else {
      throw soft.fault("temperature", "expected one or two numbers above 0, found \(values)")
    }
    return values
  }
}
