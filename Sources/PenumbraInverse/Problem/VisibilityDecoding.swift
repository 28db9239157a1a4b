import PenumbraTransport

/// Reads the `visibility` of a problem file; `SoftAnnealing` reads the course of soft visibility.
enum VisibilityDecoding {
  static func estimator(_ root: YAMLMapping) throws(InverseError) -> VisibilityEstimator {
    guard let node = root["visibility"] else { return .edges }
    let visibility = try YAMLMapping(node, at: root.place(of: "visibility"), keys: ["estimator", "soft"])
    guard let estimator = try visibility.string("estimator") else { return .edges }
    if let known = VisibilityEstimator(rawValue: estimator) { return known }
    throw visibility.fault(
      "estimator", "expected one of edges, reparameterized, soft, none, found '\(estimator)'")
  }
}
