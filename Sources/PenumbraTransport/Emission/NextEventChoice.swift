/// Which of all lights paths look for at their vertices.
///
/// A sky of one radiance is left to reflection, which finds it in proportion to what the surface makes of it: a direction drawn
/// evenly from the sphere could only add noise. Lines past edges look for it all the same (`SkyChoice`).
struct NextEventChoice {
  /// Whether any light is looked for.
  let isNeeded: Bool
  /// Whether the sky is left out.
  let leavesSky: Bool
  /// The sky's interval in the table that chooses a light; empty when it is not left out.
  private let start: Float
  private let length: Float

  /// - Parameter hasEmitters: whether any light is on.
  init(_ emitters: EmitterTable, hasEmitters: Bool) {
    let isEven = emitters.environment >= 0 && emitters.records[Int(emitters.environment)].kind == .constant
    let interval = isEven ? SkyChoice.interval(emitters) : nil
    leavesSky = isEven
    (start, length) = interval ?? (0, 0)
    isNeeded = hasEmitters && !(isEven && length >= 1)
  }

  /// The number in [0, 1) that chooses among the others.
  @inline(__always) func number(_ u: Float) -> Float {
    let rest = u * (1 - length)
    return rest < start ? rest : min(rest + length, 0x1.fffffep-1)
  }

  /// The same for eight.
  @inline(__always) func number(_ u: Packet) -> Packet {
    let rest = u * (1 - length)
    let beyond = rest + length
    let last = Packet(repeating: 0x1.fffffep-1)
    return rest.replacing(with: beyond.replacing(with: last, where: last .< beyond), where: rest .>= start)
  }

  /// Factor of the densities of lights: they are chosen the more often.
  @inline(__always) var gain: Float { 1 / (1 - length) }
  /// Factor of the estimates that their samples give.
  @inline(__always) var share: Float { 1 - length }
}
