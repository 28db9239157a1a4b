/// One further search where the first one may have ended in the wrong valley.
///
/// The sign is an unknown that ended on a bound, or that tells next to nothing any more, as the roughness of a lobe whose
/// weight became 0, while the pictures still differ by more than noise. Such unknowns go back to their start, all others
/// stay: at first they made up for a camera or a colour that was wrong, which is not so any more. Where none did, and a
/// large part of the first difference is left, long steps missed the valley: all go back, to come down in short ones. The
/// better end counts.
struct SecondChance: Sendable, Equatable {
  /// Where the search began; empty before it did.
  private var start: [Float] = []
  /// ℒ and the curvature along each coordinate there.
  private var startLoss = 0.0
  private var startCurvature: [Double] = []
  /// The end of the first search; `nil` before it.
  private(set) var rival: NormalEquations?

  /// Share of its curvature at the start below which a coordinate tells nothing any more.
  private static let lostShare = 0.01
  /// Share of ℒ at the start below which pictures are explained.
  private static let explainedShare = 1e-3
  /// Share of ℒ at the start above which a search has missed its valley.
  private static let missedShare = 0.1
  /// Standard deviations of ℒ above which pictures differ by more than noise.
  private static let significance = 2.0

  /// Remembers the first model of a search.
  mutating func begin(_ model: NormalEquations) {
    guard start.isEmpty else { return }
    (start, startLoss, startCurvature) = (model.base, model.loss, model.noisyHessian.diagonal)
  }

  /// Where to search once more, and whether that is the start; `nil` when there is no reason to.
  mutating func restart(from end: NormalEquations, isOnBound: [Bool]) -> (point: [Float], isStart: Bool)? {
    guard rival == nil, start.count == end.base.count,
      end.loss > Self.explainedShare * startLoss, end.loss > Self.significance * end.variance.squareRoot()
    else { return nil }
    var point = end.base
    let curvature = end.noisyHessian.diagonal
    for i in point.indices where isOnBound[i] || curvature[i] < Self.lostShare * startCurvature[i] {
      point[i] = start[i]
    }
    let isStart = point == end.base
    if isStart {
      guard end.loss > Self.missedShare * startLoss else { return nil }
      point = start
    }
    rival = end
    return (point, isStart)
  }

  /// The end of the first search, where it is better than that of the second.
  func better(than model: NormalEquations?) -> NormalEquations? {
    guard let rival, let model, model.loss <= rival.loss else { return rival }
    return nil
  }

  func encode(into encoder: inout ByteEncoder) {
    encoder.append(start)
    encoder.append(startLoss)
    encoder.append(startCurvature)
    encoder.append(UInt64(rival == nil ? 0 : 1))
    rival?.encode(into: &encoder)
  }

  /// - Parameter count: number of coordinates.
  mutating func decode(from decoder: inout ByteDecoder, count: Int) -> Bool {
    guard let start = decoder.floats(), [0, count].contains(start.count), let loss = decoder.double(),
      let curvature = decoder.doubles(), curvature.count == start.count, let hasRival = decoder.integer(UInt64.self)
    else { return false }
    (self.start, startLoss, startCurvature, rival) = (start, loss, curvature, nil)
    guard hasRival == 1 else { return hasRival == 0 }
    rival = NormalEquations(from: &decoder, count: count)
    return rival != nil
  }
}
