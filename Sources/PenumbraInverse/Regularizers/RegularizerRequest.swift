/// A regularizer as a problem file asks for it.
public struct RegularizerRequest: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    /// Mean |difference| of neighbours: few edges, flat between them.
    case totalVariation = "total-variation"
    /// Mean squared difference of neighbours.
    case smoothness
    /// Mean squared distance from the mean of the neighbours.
    case laplacian
    /// Mean squared distance from given values.
    case prior
  }
  public var kind: Kind
  /// An unknown of the problem.
  public var key: String
  /// Factor of the mean, in units of the loss; above 0.
  public var weight: Float
  /// What `prior` pulls towards, one value per element or one for all; `nil` for the start values.
  public var value: [Float]?
  /// Where it was requested, for example `problem.yaml:9:5`.
  public var place: String

  public init(_ kind: Kind, key: String, weight: Float, value: [Float]? = nil, place: String = "") {
    self.kind = kind
    self.key = key
    self.weight = weight
    self.value = value
    self.place = place
  }

  /// Everything that tells it from another one.
  var description: String { "\(kind.rawValue) \(key) \(weight) \(value ?? [])" }

  func fault(_ message: String) -> InverseError {
    InverseError(.invalidProblem, place.isEmpty ? message : "\(place): \(message)")
  }
}
