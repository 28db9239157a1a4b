import PenumbraTransport

extension RenderObjective {
  /// Jᵀ W J v by one forward and one reverse pass with the same samples.
  public func curvature(_ values: [Float], along v: [Float], draw: Draw) throws(InverseError) -> [Float] {
    try checkProducts()
    var product = [Float](repeating: 0, count: unknowns.count)
    do {
      let responses = try update(values)
      var tangent = [Float](repeating: 0, count: renderer.theta.count)
      unknowns.scatter(v, into: &tangent)
      let parts = try ViewDivision(ranks: settings.ranks).map(Array(views.indices)) {
        index, isAlone throws(TransportError) in
        let view = views[index]
        renderer.litEmitters = view.lights
        let settings = rendering(alone: isAlone).drawSettings(index, draw, .gradient)
        let forward = try renderer.forward(settings, tangent: tangent, monitor: monitor)
        let weights = curvatures(forward.rgb, responses[index], view)
        let reverse = try renderer.reverse(
          settings, adjoint: zip(weights, forward.derivative).map { $0 * $1 }, requested: unknowns.ranges,
          monitor: monitor)
        return ViewDivision.Part(numbers: [], gradient: unknowns.gather(reverse.gradient))
      }
      for part in parts { for (i, value) in part.gradient.enumerated() { product[i] += value } }
    } catch { throw InverseError(error) }
    for regularizer in regularizers { regularizer.addCurvature(values, along: v, to: &product) }
    return product
  }

  /// Jᵀ W^½ ζ with a random sign ζ for every value of every picture, by one reverse pass; regularizers have no part in it.
  ///
  /// W is that of pictures that equal their targets, which no render needs to find.
  public func curvatureProbe(_ values: [Float], draw: Draw) throws(InverseError) -> [Float] {
    try checkProducts()
    var probe = [Float](repeating: 0, count: unknowns.count)
    do {
      let responses = try update(values)
      let parts = try ViewDivision(ranks: settings.ranks).map(Array(views.indices)) {
        index, isAlone throws(TransportError) in
        let view = views[index]
        renderer.litEmitters = view.lights
        let settings = rendering(alone: isAlone).drawSettings(index, draw, .gradient)
        let picture =
          responses[index] == .identity ? view.rgb : try renderer.render(settings, monitor: monitor).rgb
        var adjoint = curvatures(picture, responses[index], view).map { $0.squareRoot() }
        for i in adjoint.indices where seeds.seed(iteration: draw.number, view: i, for: .probe) & 1 == 0 {
          adjoint[i] = -adjoint[i]
        }
        let reverse = try renderer.reverse(settings, adjoint: adjoint, requested: unknowns.ranges, monitor: monitor)
        return ViewDivision.Part(numbers: [], gradient: unknowns.gather(reverse.gradient))
      }
      for part in parts { for (i, value) in part.gradient.enumerated() { probe[i] += value } }
    } catch { throw InverseError(error) }
    return probe
  }

  private func checkProducts() throws(InverseError) {
    guard loss.hasProducts, customLosses.isEmpty else {
      throw InverseError(.unsupported, "gauss-newton-cg needs losses of residuals without a pyramid")
    }
    guard unknowns.ranges.count == unknowns.slices.count else {
      throw InverseError(.unsupported, "gauss-newton-cg does not solve for responses of cameras")
    }
  }

  /// W of one view: the curvature of the loss by each value of a linear picture, as Gauss and Newton have it.
  private func curvatures(_ rgb: [Float], _ response: Response, _ view: TargetView) -> [Float] {
    let target = view.target
    let seen = response.apply(rgb)
    let responseSlopes = response.slopes(rgb)
    var weights = [Float](repeating: 0, count: seen.count)
    for term in loss.scaled(by: view.weight).terms {
      let residualLoss = ResidualLoss(term)
      let (residuals, slopes) = residualLoss.residuals(seen, target)
      guard let level = residualLoss.levels(target).first else { continue }
      for i in weights.indices {
        let slope = slopes[i] * responseSlopes[i]
        let curvature = residualLoss.penalty(residuals[i], target: level.target[i]).curvature
        weights[i] += term.weight * level.scale * level.weights[i / 3] * curvature * slope * slope
      }
    }
    return weights
  }
}
