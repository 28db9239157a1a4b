import PenumbraTransport

extension RenderObjective {
  /// ℒ, its gradient and its Gauss–Newton matrix from two independent halves of the samples.
  public func linearize(_ values: [Float], draw: Draw) throws(InverseError) -> Linearization {
    try linearize(values, draw: draw, blockSide: 0).model
  }

  /// - Parameter blockSide: pixels along the side of the blocks whose scores are kept; 0 for none.
  func linearize(
    _ values: [Float], draw: Draw, blockSide: Int
  ) throws(InverseError) -> (model: Linearization, scores: [(a: [Double], b: [Double])], unexplained: Unexplained) {
    guard loss.hasResiduals, customLosses.isEmpty else {
      throw InverseError(
        .unsupported, "a loss that is no sum of residuals has no Gauss–Newton matrix; use adam or lbfgs")
    }
    var model = Linearization(
      loss: 0, gradient: Array(repeating: 0, count: unknowns.count), hessian: SymmetricMatrix(count: unknowns.count))
    var scores: [(a: [Double], b: [Double])] = []
    var unexplained = Unexplained()
    var (variance, answer) = (0.0, 0.0)
    do {
      let responses = try update(values)
      let division = ViewDivision(ranks: settings.ranks)
      let parts = try division.map(Array(views.indices)) { index, isAlone throws(TransportError) in
        let view = try rendering(alone: isAlone).linearize(
          view: index, response: responses[index], draw: draw, blockSide: blockSide)
        return ViewDivision.Part(numbers: ViewModel(view).numbers)
      }
      for part in parts {
        let view = ViewModel(numbers: part.numbers, count: unknowns.count)
        model.loss += view.loss
        model.fullLoss += view.fullLoss
        variance += view.variance
        answer += view.answer
        for k in 0..<unknowns.count {
          model.gradient[k] += view.gradient[k]
          for l in 0...k {
            let (value, noisy) = (view.hessian[k * unknowns.count + l], view.noisyHessian[k * unknowns.count + l])
            model.hessian[k, l] += value
            model.noisyHessian[k, l] += noisy
            guard l < k else { continue }
            model.hessian[l, k] += value
            model.noisyHessian[l, k] += noisy
          }
        }
        scores += view.scores
        unexplained += view.unexplained
      }
    } catch { throw InverseError(error) }
    let ofPictures = model.loss
    model.answer = answer
    for regularizer in regularizers { regularizer.add(values, to: &model) }
    if draw.halvings == 0 { model.fullLoss += model.loss - ofPictures }
    model.deviation = variance.squareRoot()
    return (model, scores, unexplained)
  }

  private func linearize(
    view index: Int, response: Response, draw: Draw, blockSide: Int
  ) throws(TransportError) -> ViewLinearization {
    let view = views[index]
    let (a, b) = try halves(index, response, draw)
    var result = ViewLinearization(
      count: unknowns.count, width: view.width, height: view.height, blockSide: blockSide,
      weighsNoise: weighsNoise)
    for term in loss.scaled(by: view.weight).terms {
      result.add(term, (a, b), target: view.target, halvings: draw.halvings)
    }
    return result
  }

  /// Two independent estimates of a view and its derivatives.
  func halves(
    _ view: Int, _ response: Response, _ draw: Draw
  ) throws(TransportError) -> (PictureJacobian, PictureJacobian) {
    renderer.litEmitters = views[view].lights
    return (try half(view, response, draw, .gradient), try half(view, response, draw, .image))
  }

  /// Half of the samples of a view: the picture as its camera would have taken it, and its derivatives by all unknowns.
  private func half(
    _ view: Int, _ response: Response, _ draw: Draw, _ purpose: SeedSequence.Purpose
  ) throws(TransportError) -> PictureJacobian {
    var settings = drawSettings(view, draw, purpose)
    settings.samplesPerPixel = settings.samplesPerPixel.map { ($0 + 1) / 2 }
    let ofScene = unknowns.elements.filter { $0 < unknowns.thetaCount }
    let jacobian = try renderer.jacobian(settings, elements: ofScene, monitor: monitor)
    guard response != .identity || ofScene.count < unknowns.count else { return jacobian }
    return see(jacobian, response, view: view)
  }

  /// A linear picture and its derivatives after the response, with columns for the response's own numbers.
  private func see(_ linear: PictureJacobian, _ response: Response, view: Int) -> PictureJacobian {
    let n = unknowns.count
    var seen = linear
    seen.count = n
    seen.rgb = response.apply(linear.rgb)
    seen.rows = [Float](repeating: 0, count: linear.rgb.count * n)
    let slopes = response.slopes(linear.rgb)
    let first = unknowns.thetaCount + Response.count * view
    var column = 0
    for (k, element) in unknowns.elements.enumerated() {
      if element < unknowns.thetaCount {
        for i in slopes.indices { seen.rows[i * n + k] = slopes[i] * linear.rows[i * linear.count + column] }
        column += 1
      } else if (first..<(first + Response.count)).contains(element) {
        for i in slopes.indices {
          seen.rows[i * n + k] = response.derivatives(linear.rgb, value: seen.rgb[i], at: i)[element - first]
        }
      }
    }
    return seen
  }
}
