/// How many samples of the lights tell what light may pass an edge, before any line is drawn.
enum EdgeTrials {
  private static let most = 8
  private static let least = 2
  /// Of all edges: what trials tell is a first guess, which a pilot run corrects, and must not take longer than the picture.
  private static let total = 1 << 18

  static func count(edges: Int) -> Int { min(max(total / max(edges, 1), least), most) }
}
