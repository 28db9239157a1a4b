import PenumbraTransport

extension RenderObjective {
  /// Derivatives that all views together may keep, in each half: 1 GiB.
  private static let largestSparse = 1 << 26

  public func sparseModel(_ values: [Float], draw: Draw) throws(InverseError) -> SparseModel? {
    guard loss.hasProducts, customLosses.isEmpty, unknowns.ranges.count == unknowns.slices.count else { return nil }
    let zeros = [Float](repeating: 0, count: unknowns.count)
    var (gradients, diagonal) = ((a: zeros, b: zeros), zeros)
    var (views, room): ([SparseView], Int) = ([], Self.largestSparse)
    do {
      let responses = try update(values)
      let batch = ViewBatches(count: self.views.count, size: viewsPerStep, seeds: seeds).views(draw: draw.number)
      for index in batch.indices {
        renderer.litEmitters = self.views[index].lights
        guard let a = try sparseHalf(index, draw, .gradient, limit: room),
          let b = try sparseHalf(index, draw, .image, limit: room)
        else { return nil }
        room -= max(a.entryCount, b.entryCount)
        let view = SparseView(
          (a, b), loss.scaled(by: self.views[index].weight), responses[index], self.views[index].target,
          factor: Float(batch.factor))
        for (i, value) in unknowns.gather(view.gradients.a).enumerated() { gradients.a[i] += value }
        for (i, value) in unknowns.gather(view.gradients.b).enumerated() { gradients.b[i] += value }
        for (i, value) in unknowns.gather(view.diagonal()).enumerated() { diagonal[i] += value }
        views.append(view)
      }
    } catch { throw InverseError(error) }
    var total = views.reduce(0.0) { $0 + $1.loss }
    for regularizer in regularizers {
      total += regularizer.evaluate(values, addingTo: &gradients.a)
      _ = regularizer.evaluate(values, addingTo: &gradients.b)
    }
    let (unknowns, regularizers, thetaCount) = (unknowns, regularizers, renderer.theta.count)
    return SparseModel(
      loss: total, deviation: views.reduce(0.0) { $0 + $1.variance }.squareRoot(), gradients: gradients,
      diagonal: diagonal
    ) { v in
      var tangent = [Float](repeating: 0, count: thetaCount)
      unknowns.scatter(v, into: &tangent)
      var product = [Float](repeating: 0, count: v.count)
      for view in views {
        for (i, value) in unknowns.gather(view.product(tangent)).enumerated() { product[i] += value }
      }
      for regularizer in regularizers { regularizer.addCurvature(values, along: v, to: &product) }
      return product
    }
  }

  private func sparseHalf(
    _ view: Int, _ draw: Draw, _ purpose: SeedSequence.Purpose, limit: Int
  ) throws(TransportError) -> SparseJacobian? {
    var settings = drawSettings(view, draw, purpose)
    settings.samplesPerPixel = settings.samplesPerPixel.map { ($0 + 1) / 2 }
    return try renderer.sparseJacobian(settings, requested: unknowns.ranges, limit: limit, monitor: monitor)
  }
}
