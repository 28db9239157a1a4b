import PenumbraInverse
import Synchronization

/// Keeps `history.csv` and a live `report.html` while a run goes on.
final class RunJournal: Sendable {
  let title: String
  let summary: String
  let warnings: [String]
  private let directory: OutputDirectory
  private let deadline: Deadline
  private let rows = Mutex<(all: [Row], lastWrite: Double)>(([], 0))

  /// What one step said.
  struct Row: Sendable {
    var stage: String
    var iteration: Int
    var seconds: Double
    var loss: Double
  }

  init(title: String, summary: String, warnings: [String], directory: OutputDirectory, deadline: Deadline) {
    (self.title, self.summary, self.warnings) = (title, summary, warnings)
    (self.directory, self.deadline) = (directory, deadline)
  }

  var all: [Row] { rows.withLock { $0.all } }

  func append(_ stage: String, iteration: Int, loss: Double) {
    let seconds = deadline.elapsed
    let isDue = rows.withLock { rows in
      rows.all.append(Row(stage: stage, iteration: iteration, seconds: seconds, loss: loss))
      guard seconds - rows.lastWrite > 10 else { return false }
      rows.lastWrite = seconds
      return true
    }
    // A page that cannot be refreshed is no reason to stop.
    if isDue { try? write(metrics: [], isRunning: true) }
  }

  func write(metrics: [ViewMetrics], isRunning: Bool) throws(ReconstructionError) {
    let rows = all
    let report = ReconstructionReport(
      title: title, summary: summary, warnings: warnings, history: rows, metrics: metrics, isRunning: isRunning)
    let html = try report.html()
    let csv = rows.reduce(into: "iteration,seconds,loss,stage\n") { text, row in
      text += "\(row.iteration),\(DisplayNumber.fixed(row.seconds, 3)),\(row.loss),\(row.stage)\n"
    }
    do {
      try directory.write(html, as: "report.html")
      try directory.write(csv, as: "history.csv")
    } catch { throw ReconstructionError(.unwritable, error.message) }
  }
}
