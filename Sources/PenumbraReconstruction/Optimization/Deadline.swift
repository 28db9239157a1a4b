import Foundation

/// A stretch of time that work may take.
struct Deadline: Sendable {
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  /// Seconds; infinite without a limit.
  let seconds: Double

  init(seconds: Double) {
    start = clock.now
    self.seconds = max(seconds, 0)
  }

  var elapsed: Double { Double(start.duration(to: clock.now) / .milliseconds(1)) / 1000 }
  var remaining: Double { max(seconds - elapsed, 0) }
  var isOver: Bool { elapsed >= seconds }
  /// Finished share in 0...1; 0 without a limit.
  var fraction: Double { seconds.isFinite ? (seconds > 0 ? min(elapsed / seconds, 1) : 1) : 0 }
}
