/// What a view's linearization leaves for the sum over views.
struct ViewModel {
  var loss: Double
  var fullLoss: Double
  var variance: Double
  var answer: Double
  /// Shape [m].
  var gradient: [Double]
  /// Shape [m × m].
  var hessian: [Double]
  var noisyHessian: [Double]
  /// Of blocks of pixels, by both halves of the samples, each of shape [m].
  var scores: [(a: [Double], b: [Double])]
  var unexplained: Unexplained

  init(_ view: ViewLinearization) {
    (loss, fullLoss, variance, answer) = (view.loss, view.fullLoss, view.variance, view.answer)
    (gradient, hessian, noisyHessian, scores) = (view.gradient, view.hessian, view.noisyHessian, view.scores)
    unexplained = view.unexplained
  }

  /// All of it in one list, for another process.
  var numbers: [Double] {
    [loss, fullLoss, variance, answer] + unexplained.numbers + gradient + hessian + noisyHessian
      + scores.flatMap { $0.a + $0.b }
  }

  /// - Parameters:
  ///   - numbers: of a view with `count` columns.
  ///   - count: m.
  init(numbers: [Double], count m: Int) {
    var rest = numbers[...]
    func take(_ count: Int) -> [Double] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    let losses = take(4)
    (loss, fullLoss, variance, answer) = (losses[0], losses[1], losses[2], losses[3])
    unexplained = Unexplained(numbers: take(5))
    (gradient, hessian, noisyHessian) = (take(m), take(m * m), take(m * m))
    scores = []
    while m > 0, !rest.isEmpty { scores.append((take(m), take(m))) }
  }
}
