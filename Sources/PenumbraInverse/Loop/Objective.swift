/// What an optimizer asks about a point: ℒ, its gradient and its curvature, each from random samples.
///
/// Cold boundary: called a few times per iteration. Equal arguments must give equal results, since runs are resumed
/// bit for bit. Throws `.cancelled` when stopped from outside.
public protocol Objective {
  /// ℒ and ∂ℒ/∂x at the unknowns x, shape [n].
  func evaluate(_ x: [Float], draw: Draw) throws(InverseError) -> Evaluation
  /// ℒ, its gradient and its Gauss–Newton Hessian; for up to a few hundred unknowns.
  func linearize(_ x: [Float], draw: Draw) throws(InverseError) -> Linearization
  /// The Gauss–Newton Hessian times v, both of shape [n]; for a given draw, v ↦ H v is linear and symmetric.
  func curvature(_ x: [Float], along v: [Float], draw: Draw) throws(InverseError) -> [Float]
  /// A random vector p, shape [n], of mean 0 whose covariance E[p pᵀ] is the Gauss–Newton Hessian.
  func curvatureProbe(_ x: [Float], draw: Draw) throws(InverseError) -> [Float]
  /// ℒ, its gradient and its Gauss–Newton Hessian with explicit derivatives; `nil` where these cannot be had or would be
  /// too many. Whether it is `nil` does not depend on the draw's number.
  func sparseModel(_ x: [Float], draw: Draw) throws(InverseError) -> SparseModel?
}

extension Objective {
  public func linearize(_ x: [Float], draw: Draw) throws(InverseError) -> Linearization {
    throw InverseError(.unsupported, "this objective has no Gauss–Newton matrix; use adam or lbfgs")
  }

  public func curvature(_ x: [Float], along v: [Float], draw: Draw) throws(InverseError) -> [Float] {
    throw InverseError(.unsupported, "this objective has no Gauss–Newton products; use adam or lbfgs")
  }

  public func curvatureProbe(_ x: [Float], draw: Draw) throws(InverseError) -> [Float] {
    throw InverseError(.unsupported, "this objective has no Gauss–Newton products; use adam or lbfgs")
  }
}

extension Objective {
  public func sparseModel(_ x: [Float], draw: Draw) throws(InverseError) -> SparseModel? { nil }
}

/// Which random samples to use, and how many.
public struct Draw: Sendable, Equatable {
  /// Different numbers are independent draws, equal ones the same samples.
  public var number: Int
  /// Multiplies the samples per pixel.
  public var samples: Int
  /// Divides the samples per pixel: so many draws share those of one, of which each takes at least 2.
  public var parts: Int
  /// How often pictures are halved before they are compared. A blurred edge is felt from further away.
  public var halvings: Int

  public init(_ number: Int, samples: Int = 1, parts: Int = 1, halvings: Int = 0) {
    self.number = number
    self.samples = samples
    self.parts = parts
    self.halvings = halvings
  }
}

/// What an objective says about one point.
public struct Evaluation: Sendable, Equatable {
  /// ℒ, a sum over views.
  public var loss: Double
  /// The part of `loss` that is there because the picture is an average of few samples, where it is known.
  public var noise: Double
  /// ∂ℒ by every unknown, shape [n]; may be noisy.
  public var gradient: [Float]

  public init(loss: Double, noise: Double = 0, gradient: [Float]) {
    self.loss = loss
    self.noise = noise
    self.gradient = gradient
  }
}

/// A quadratic model of ℒ about a point: ℒ(x + δ) ≈ loss + gradient · δ + ½ δᵀ hessian δ.
public struct Linearization: Sendable, Equatable {
  /// ℒ, for squared errors without the part that noise adds.
  public var loss: Double
  /// ℒ of the whole pictures, where `loss` compares halved ones.
  public var fullLoss: Double
  /// Standard deviation of `loss` by its random samples.
  public var deviation: Double
  /// ∂ℒ/∂x, shape [n].
  public var gradient: [Double]
  /// Shape [n × n]; free of bias by noise, and therefore not always positive.
  public var hessian: SymmetricMatrix
  /// The same with the noise of its samples left in, shape [n × n]: never negative.
  public var noisyHessian: SymmetricMatrix
  /// How strongly pictures answer to the unknowns, as the trace of a Hessian whose pixels all count as they were given.
  public var answer: Double

  /// - Parameter noisyHessian: `nil` when `hessian` has no noise.
  public init(
    loss: Double, deviation: Double = 0, gradient: [Double], hessian: SymmetricMatrix,
    noisyHessian: SymmetricMatrix? = nil
  ) {
    self.loss = loss
    fullLoss = loss
    self.deviation = deviation
    self.gradient = gradient
    self.hessian = hessian
    self.noisyHessian = noisyHessian ?? hessian
    answer = self.noisyHessian.trace
  }

  var isFinite: Bool { loss.isFinite && gradient.allSatisfy(\.isFinite) && hessian.isFinite && noisyHessian.isFinite }
}

/// An objective made of one closure, which gives ℒ and its gradient.
public struct ClosureObjective: Objective {
  private let body: ([Float], Int) throws(InverseError) -> Evaluation

  /// - Parameter body: receives the unknowns and the number of the draw.
  public init(_ body: @escaping ([Float], Int) throws(InverseError) -> Evaluation) { self.body = body }

  public func evaluate(_ x: [Float], draw: Draw) throws(InverseError) -> Evaluation { try body(x, draw.number) }
}
