/// Samples of a pixel that start side by side.
extension PathWave {
  /// Adds all samples of a pixel, eight at a time, for cameras without a lens.
  ///
  /// - Parameters:
  ///   - pixelSeed: as `PathSampler.pixelSeed` makes it.
  ///   - pixel: of the tile.
  ///   - position: where on the film eight samples start, and their weight.
  ///   - empty: empties the wave when it is full.
  @inline(__always)
  func addSamples(
    _ plan: RenderPlan, _ pixelSeed: UInt64, pixel: Int,
    at position: (SamplerPacket) -> (film: (Packet, Packet), weight: Float), whenFull empty: () -> Void
  ) {
    let joins = plan.joinsSamples()
    var first = 0
    while first < plan.samplesPerPixel {
      let samplers = SamplerPacket(
        kind: plan.samplerKind, pixelSeed: pixelSeed, first: first, joins: joins, states: samplerStates)
      let (film, weight) = position(samplers)
      let number = min(8, min(plan.samplesPerPixel - first, capacity - count))
      append(samplers, number, film: film, weight: weight, pixel: pixel)
      first += number
      if isFull { empty() }
    }
  }

  /// Adds the first samples of a packet.
  @inline(__always)
  private func append(
    _ samplers: SamplerPacket, _ number: Int, film: (Packet, Packet), weight: Float, pixel: Int
  ) {
    let zero = Packet(repeating: 0)
    PacketRows(base: starts + count).store(PacketVector(film.0, film.1, zero))
    PacketRows(base: places).store(PacketVector(samplers.film.0, samplers.film.1, zero))
    for i in 0..<number {
      start(count + i, samplers.sampler(i), pixel: pixel, place: places[i].lowHalf, weight: weight)
    }
    count += number
  }
}
