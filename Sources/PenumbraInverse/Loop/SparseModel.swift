/// A quadratic model of ℒ about a point whose derivatives are held explicitly: products with its matrix cost no renders.
public struct SparseModel {
  /// ℒ, for squared errors without the part that noise adds.
  public var loss: Double
  /// Standard deviation of `loss` by its random samples.
  public var deviation: Double
  /// Two estimates of ∂ℒ/∂x, shape [n], by halves of the samples: half of their difference is as noisy as their mean.
  public var gradients: (a: [Float], b: [Float])
  /// Of the Gauss–Newton matrix H, shape [n].
  public var diagonal: [Float]
  /// H v, shape [n].
  public var product: (_ v: [Float]) -> [Float]

  public init(
    loss: Double, deviation: Double = 0, gradients: (a: [Float], b: [Float]), diagonal: [Float],
    product: @escaping (_ v: [Float]) -> [Float]
  ) {
    (self.loss, self.deviation, self.gradients) = (loss, deviation, gradients)
    (self.diagonal, self.product) = (diagonal, product)
  }
}
