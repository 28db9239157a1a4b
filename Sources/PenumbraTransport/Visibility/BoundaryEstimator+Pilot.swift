extension BoundaryEstimator {
  /// Draws a few samples of edges to find those that matter and, for one derivative picture, how many samples each
  /// kind of term deserves. Gradients by many numbers have no common measure of noise: there the numbers of samples stay.
  ///
  /// - Parameter plan: that of the interior.
  mutating func prepare(_ plan: RenderPlan, _ flags: GradientFlags, _ weight: PilotTarget.Weight) {
    var terms: [(count: WritableKeyPath<Self, Int>, pilot: TermPilot)] = []
    if let found = pilotPrimary(weight) { terms.append((\.primaryCount, found)) }
    if let found = pilotSecondary(weight) { terms.append((\.secondaryCount, found)) }
    guard case .tangent(let tangent) = weight else { return }
    let leastGrazing = grazingCount
    if let grazing { terms.append((\.grazingCount, pilot(grazing, weight))) }
    if let cover { terms.append((\.coverCount, pilot(cover, weight))) }
    let interior = InteriorPilot(
      plan: plan, flags: flags, tangent: tangent, seed: Hash.combine(plan.seed, 0x9e8)
    ).run()
    let paths = plan.film.width * plan.film.height * plan.samplesPerPixel
    let counts = SampleAllocation(paths: paths).counts(terms.map(\.pilot), interior: interior)
    for (term, count) in zip(terms, counts) { self[keyPath: term.count] = count }
    grazingCount = max(grazingCount, leastGrazing)
    glossy?.mixture.edgeCount = secondaryCount
  }

  private func pilotPrimary(_ weight: PilotTarget.Weight) -> TermPilot? {
    guard let primary, let distribution = primaryEdges?.distribution else { return nil }
    let count = pilotCount(primaryCount, curves: distribution.count)
    var squares = [Double](repeating: 0, count: count)
    var target = PilotTarget(weight: weight)
    var rays: UInt64 = 0
    let batch = PrimaryBatch(primary)
    let add = { (entry: UnsafePointer<PrimaryBatch.Entry>) in
      squares[entry.pointee.number] = target.square { primary.add(entry, to: &$0) }
    }
    for number in 0..<count {
      let sampler = PathSampler(kind: .independent, seed: Hash.combine(seed, 0x9e3), pixel: number, sample: 0)
      batch.add(
        choice: EdgeDistribution.choice(number, of: count), sampler: sampler, number: number, rays: &rays,
        wants: { _ in true }, add)
    }
    batch.finish(rays: &rays, add)
    return term(distribution.adapt(squares), cost: cost.edge(rays: perSample(rays, count)))
  }

  private func pilotSecondary(_ weight: PilotTarget.Weight) -> TermPilot? {
    guard let secondary, let distribution = secondaryEdges?.distribution else { return nil }
    let count = pilotCount(secondaryCount, curves: distribution.count)
    var target = PilotTarget(weight: weight)
    var rays: UInt64 = 0
    var squares = [Double](repeating: 0, count: count)
    let batch = SecondaryBatch(secondary, glossy?.mixture)
    let add = { (sight: UnsafePointer<SecondaryBoundary.Sight>) in
      squares[sight.pointee.line.pointee.number] = target.square { secondary.add(sight, to: &$0) }
    }
    for number in 0..<count {
      var sampler = PathSampler(kind: .independent, seed: Hash.combine(seed, 0x9e4), pixel: number, sample: 0)
      let numbers = sampler.nextVertex()
      batch.add(
        choice: EdgeDistribution.choice(number, of: count), numbers, sampler, number: number, rays: &rays,
        wants: { _ in true }, add)
    }
    batch.finish(rays: &rays, wants: { _ in true }, add)
    return term(distribution.adapt(squares), cost: cost.edge(rays: perSample(rays, count)))
  }

  /// Samples of terms whose samples are much alike: they tell how many it takes.
  private static let fewSamples = 1024

  private func pilot(_ cover: CoverBoundary, _ weight: PilotTarget.Weight) -> TermPilot {
    let count = Self.fewSamples
    var target = PilotTarget(weight: weight)
    var rays: UInt64 = 0
    var sum = 0.0
    for number in 0..<count {
      var sampler = PathSampler(kind: .independent, seed: Hash.combine(seed, 0x9ef), pixel: number, sample: 0)
      sum += target.square {
        cover.sample(choice: EdgeDistribution.choice(number, of: count), sampler: &sampler, rays: &rays, target: &$0)
      }
    }
    var result = term(sum / Double(count), cost: cost.point(rays: perSample(rays, count)))
    result.leastShare = 0.1
    return result
  }

  private func pilot(_ grazing: GrazingBoundary, _ weight: PilotTarget.Weight) -> TermPilot {
    let count = Self.fewSamples
    var target = PilotTarget(weight: weight)
    var rays: UInt64 = 0
    var sum = 0.0
    let batch = GrazingBatch(grazing)
    let add = { (entry: UnsafePointer<GrazingBatch.Entry>) in sum += target.square { grazing.add(entry, to: &$0) } }
    for number in 0..<count {
      let sampler = PathSampler(kind: .independent, seed: Hash.combine(seed, 0x9ed), pixel: number, sample: 0)
      batch.add(
        choice: EdgeDistribution.choice(number, of: count), sampler: sampler, rays: &rays, wants: { _ in true }, add)
    }
    batch.finish(rays: &rays, add)
    var result = term(sum / Double(count), cost: cost.point(rays: perSample(rays, count)))
    result.leastShare = 0
    return result
  }

  private func term(_ square: Double, cost: Double) -> TermPilot {
    TermPilot(variance: square * footprint.spread, cost: cost)
  }

  private func perSample(_ rays: UInt64, _ count: Int) -> Double { Double(rays) / Double(count) }

  /// A few dozen samples of each curve, as far as that is a small part of all.
  private func pilotCount(_ samples: Int, curves: Int) -> Int {
    min(max(min(samples / 8, 64 * curves), 512), 65_536)
  }
}
