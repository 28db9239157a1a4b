extension BoundaryEstimator {
  /// Draws a few samples of both kinds to find the edges that matter and, for one derivative picture, how many samples each
  /// kind deserves. Gradients by many numbers have no common measure of noise: there the numbers of samples stay.
  ///
  /// - Parameter plan: that of the interior.
  mutating func prepare(_ plan: RenderPlan, _ flags: GradientFlags, _ weight: PilotTarget.Weight) {
    let first = pilotPrimary(weight)
    let second = pilotSecondary(weight)
    guard case .tangent(let tangent) = weight else { return }
    let interior = InteriorPilot(
      plan: plan, flags: flags, tangent: tangent, seed: Hash.combine(plan.seed, 0x9e8)
    ).run()
    let paths = plan.film.width * plan.film.height * plan.samplesPerPixel
    let third = grazing.map { pilot($0, weight) }
    let counts = SampleAllocation(paths: paths).counts([first, second, third].compactMap { $0 }, interior: interior)
    if first != nil { primaryCount = counts.first ?? primaryCount }
    if third != nil { grazingCount = max(counts.last ?? 0, grazingCount) }
    guard second != nil else { return }
    secondaryCount = counts[first == nil ? 0 : 1]
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
    return term(distribution.adapt(squares), rays, count)
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
    return term(distribution.adapt(squares), rays, count)
  }

  /// Its points are few and much alike: a thousand tell how many it takes.
  private func pilot(_ grazing: GrazingBoundary, _ weight: PilotTarget.Weight) -> TermPilot {
    let count = 1024
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
    var result = term(sum / Double(count), rays, count)
    result.leastShare = 0
    return result
  }

  private func term(_ square: Double, _ rays: UInt64, _ count: Int) -> TermPilot {
    TermPilot(variance: square * footprint.spread, rays: Double(rays) / Double(count))
  }

  /// A few dozen samples of each curve, as far as that is a small part of all.
  private func pilotCount(_ samples: Int, curves: Int) -> Int {
    min(max(min(samples / 8, 64 * curves), 512), 65_536)
  }
}
