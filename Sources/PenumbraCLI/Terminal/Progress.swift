import Penumbra
import Synchronization

/// Tells the user how far long work is: a bar on a terminal, a plain line now and then elsewhere, nothing if quiet.
final class Progress: Sendable {
  enum Style: Sendable { case bar, lines, none }

  private struct State {
    var lastUpdate: ContinuousClock.Instant?
    /// Fraction and time of the first update: a resumed run has not done the work before it.
    var origin: (fraction: Double, time: ContinuousClock.Instant)?
    var lastTenth = 0
    var isBarVisible = false
  }

  private let label: String
  /// Units of the whole work, for the rate.
  private let total: Double
  private let unit: String
  private let style: Style
  private let start = ContinuousClock().now
  private let state = Mutex(State())

  /// - Parameters:
  ///   - total: amount of work, for example samples.
  ///   - unit: its name in the rate, for example `samples`.
  init(_ label: String, total: Double, unit: String, quiet: Bool) {
    self.label = label
    self.total = total
    self.unit = unit
    style = quiet ? .none : (StandardError.isTerminal ? .bar : .lines)
  }

  /// Seconds since the work began.
  var seconds: Double { Self.seconds(start.duration(to: ContinuousClock().now)) }

  /// - Parameter detail: appended to the line, for example the loss.
  func update(_ fraction: Double, detail: String = "") {
    guard style != .none else { return }
    let now = ContinuousClock().now
    state.withLock { state in
      let origin = state.origin ?? (fraction, now)
      state.origin = origin
      let status = status(fraction, since: origin, at: now, detail: detail)
      switch style {
      case .bar:
        guard state.lastUpdate.map({ Self.seconds($0.duration(to: now)) > 0.1 }) ?? true else { return }
        StandardError.write("\r\u{1B}[K" + Self.bar(fraction) + " " + status)
        state.isBarVisible = true
      case .lines:
        // Short work says nothing, long work at most every tenth and every two seconds.
        let tenth = Int(fraction * 10)
        guard tenth > state.lastTenth, Self.seconds((state.lastUpdate ?? start).duration(to: now)) > 2 else { return }
        state.lastTenth = tenth
        StandardError.writeLine("penumbra: " + status)
      case .none: return
      }
      state.lastUpdate = now
    }
  }

  /// Removes the bar; the last line that stays says what was done.
  func finish(_ message: String? = nil) {
    state.withLock { state in
      if state.isBarVisible { StandardError.write("\r\u{1B}[K") }
      state.isBarVisible = false
    }
    if style != .none, let message { StandardError.writeLine("penumbra: \(message)") }
  }

  private func status(
    _ fraction: Double, since origin: (fraction: Double, time: ContinuousClock.Instant),
    at now: ContinuousClock.Instant, detail: String
  ) -> String {
    let elapsed = Self.seconds(origin.time.duration(to: now))
    let done = fraction - origin.fraction
    var text = "\(label) \(Int(fraction * 100)) %"
    if elapsed > 0, done > 0 {
      text += ", \(Self.compact(total * done / elapsed)) \(unit)/s"
      text += ", \(Self.clock(elapsed / done * (1 - fraction))) left"
    }
    return detail.isEmpty ? text : text + ", " + detail
  }

  static func bar(_ fraction: Double, width: Int = 24) -> String {
    let full = max(0, min(width, Int(fraction * Double(width))))
    return "[" + String(repeating: "#", count: full) + String(repeating: "-", count: width - full) + "]"
  }

  /// `1.23 M` for 1 230 000.
  static func compact(_ value: Double) -> String {
    for (limit, suffix) in [(1e9, " G"), (1e6, " M"), (1e3, " k")] where value >= limit {
      return DisplayNumber.significant(value / limit, 3) + suffix
    }
    return DisplayNumber.significant(value, 3)
  }

  /// `m:ss`, or `h:mm:ss` from an hour on.
  static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    let whole = Int(seconds.rounded())
    let pad = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
    let minutes = whole / 60 % 60
    return whole < 3600 ? "\(minutes):\(pad(whole % 60))" : "\(whole / 3600):\(pad(minutes)):\(pad(whole % 60))"
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + 1e-18 * Double(duration.components.attoseconds)
  }
}
