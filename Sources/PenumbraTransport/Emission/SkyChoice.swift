/// A choice between the sky and all other lights for places where it is known better than from the lights' power.
struct SkyChoice {
  /// The sky's interval in the table that chooses a light.
  private let start: Float
  private let length: Float

  /// - Returns: `nil` when there is no sky, or nothing else.
  init?(_ emitters: EmitterTable) {
    guard let interval = Self.interval(emitters), interval.length > 0, interval.length < 1 else { return nil }
    (start, length) = interval
  }

  /// The sky's interval in the table that chooses a light; `nil` when there is no sky.
  static func interval(_ emitters: EmitterTable) -> (start: Float, length: Float)? {
    guard emitters.environment >= 0 else { return nil }
    let (table, index): (CumulativeTable, Int)
    if let many = emitters.many {
      let distant = (0..<many.groups.count - 1).first { many.distant[$0] == emitters.environment }
      guard let distant else { return nil }
      (table, index) = (many.groups, distant)
    } else {
      (table, index) = (emitters.selection, Int(emitters.environment))
    }
    return (index == 0 ? 0 : table.cumulative[index - 1], table.probability(index))
  }

  /// The number in [0, 1) with which to choose a light, so that it is the sky with probability `sky`.
  func number(_ u: Float, sky: Float) -> Float {
    if u < sky { return start + length * min(u / sky, 0x1.fffffep-1) }
    let rest = min((u - sky) / (1 - sky), 0x1.fffffep-1) * (1 - length)
    return rest < start ? rest : rest + length
  }

  /// How much more often than by power the sky is chosen, or another light.
  func gain(isSky: Bool, sky: Float) -> Float { isSky ? sky / length : (1 - sky) / (1 - length) }
}
