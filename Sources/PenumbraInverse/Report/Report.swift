import Foundation

/// One self-contained page about a finished run: what was found, how sure it is, how it got there, and how it looks.
struct Report {
  let title: String
  let outcome: RunOutcome
  /// The command that makes the same again; `nil` when no command line started the run.
  let command: String?

  private var state: Optimization { outcome.state }

  /// Elements of a parameter up to which the table lists values; larger ones are summarised.
  private static let largestListed = 12

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(HTML.escaped(title))</title><style>
    \(ReportStyle.css)
    </style></head><body>
    <h1>\(HTML.escaped(title))</h1>
    \(summary)
    \(views("Views", outcome.views, "v"))
    \(views("Held-out views, never optimised", outcome.heldOut, "h"))
    <h2>Recovered values</h2>
    \(parameterTable)
    \(certainty)
    \(posterior)
    <h2>Loss</h2>
    \(LossCurve(losses: state.history.rows.map(\.loss)).svg)
    <h2>Time</h2>
    \(timings)
    \(reproduction)
    </body></html>

    """
  }

  private var summary: String {
    let rows = state.history.rows
    guard let first = rows.first, let last = rows.last else { return "<p class=\"summary\">No iterations.</p>" }
    let seconds = outcome.phases.reduce(0) { $0 + $1.seconds }
    let cards: [(String, String)] = [
      ("Loss", "\(DisplayNumber.significant(first.loss, 3)) → \(DisplayNumber.significant(last.loss, 3))"),
      ("Renders per view", "\(state.renders)"),
      ("Time", "\(DisplayNumber.significant(max(seconds, state.secondsBefore), 3)) s"),
      ("Mean PSNR", meanPSNR),
    ]
    let boxes = cards.map { "<div><b>\($0.1)</b><span>\($0.0)</span></div>" }.joined()
    let reason = "\(Self.name(state.choice.kind)): \(state.choice.reason)."
    let end = state.verdict.map { " Stopped after \(rows.count) iterations: \($0)." } ?? " \(rows.count) iterations."
    return "<div class=\"cards\">\(boxes)</div><p class=\"summary\">\(HTML.escaped(reason + end))</p>"
  }

  private var meanPSNR: String {
    let values = outcome.views.map(\.psnr)
    guard !values.isEmpty else { return "none" }
    return "\(DisplayNumber.fixed(values.reduce(0, +) / Double(values.count), 1)) dB"
  }

  private func views(_ heading: String, _ views: [ViewResult], _ prefix: String) -> String {
    guard !views.isEmpty else { return "" }
    let sections = views.enumerated().map { ViewSection(view: $0.element, identifier: "\(prefix)\($0.offset)").html }
    return "<h2>\(heading)</h2>\n\(sections.joined(separator: "\n"))"
  }

  private var parameterTable: String {
    var table = "<table><thead><tr><th>Parameter</th><th class=\"number\">Start</th>"
    table += "<th class=\"number\">Recovered</th><th>Path</th></tr></thead><tbody>\n"
    let values = state.values
    var tracked = 0
    for (slice, positions) in zip(outcome.unknowns.slices, outcome.unknowns.positions) {
      let errors = outcome.uncertainty.map { Array($0.standardErrors[positions]) }
      table += "<tr><td><code>\(HTML.escaped(slice.name))</code></td>"
      table += "<td class=\"number start\">\(Self.text(slice.initial))</td>"
      table += "<td class=\"number\">\(Self.text(Array(values[positions]), errors: errors))</td><td>"
      if positions.count <= History.largestTracked {
        let lines = positions.indices.map { k in
          state.history.rows.map { $0.values[tracked + k - positions.lowerBound] } + [values[k]]
        }
        let bars = errors?.map { $0.map { 2 * $0 } } ?? lines.map { _ in nil }
        table += ParameterCurves(lines: lines, errors: bars).svg ?? ""
        tracked += positions.count
      }
      table += "</td></tr>\n"
    }
    return table + "</tbody></table>"
  }

  /// What the pictures do not determine, and which errors go together.
  private var certainty: String {
    guard let uncertainty = outcome.uncertainty else { return "" }
    var text = "<p class=\"summary\">± is one standard error; bars at the ends of the paths are two.</p>"
    if uncertainty.unexplained.isSignificant {
      text += "<p class=\"warning\">Doubtful: \(HTML.escaped(uncertainty.unexplained.text)).</p>"
    }
    if !uncertainty.nullDirections.isEmpty {
      text += "<p class=\"warning\">Not determined by these pictures:</p><ul>"
      text += uncertainty.nullDirections.map { "<li><code>\(HTML.escaped($0.text))</code></li>" }.joined() + "</ul>"
    }
    let pairs = uncertainty.correlations.prefix(8)
    guard !pairs.isEmpty else { return text }
    text += "<details><summary>Errors that go together</summary><table><tbody>"
    for pair in pairs {
      text += "<tr><td><code>\(HTML.escaped(pair.first))</code></td><td><code>\(HTML.escaped(pair.second))</code></td>"
      text += "<td class=\"number\">\(DisplayNumber.fixed(pair.coefficient, 2))</td></tr>"
    }
    return text + "</tbody></table></details>"
  }

  /// What a variational run says about the unknowns.
  private var posterior: String {
    guard let posterior = outcome.posterior else { return "" }
    var table = "<h3>Posterior, a Gaussian per unknown</h3><table><thead><tr><th>Unknown</th>"
    table += "<th class=\"number\">Mean</th><th class=\"number\">95 %</th></tr></thead><tbody>\n"
    for (k, name) in outcome.unknowns.elementNames.enumerated() {
      let (mean, limits) = (posterior.means[k], posterior.intervals[k])
      table +=
        "<tr><td><code>\(HTML.escaped(name))</code></td><td class=\"number\">\(DisplayNumber.significant(mean, 5)) "
      table += "<i>± \(DisplayNumber.significant(posterior.standardDeviations[k], 2))</i></td><td class=\"number\">"
      table += "\(DisplayNumber.significant(limits.lowerBound, 5)) … "
      table += "\(DisplayNumber.significant(limits.upperBound, 5))</td></tr>\n"
    }
    return table + "</tbody></table>"
  }

  private var timings: String {
    let total = max(outcome.phases.reduce(0) { $0 + $1.seconds }, 1e-9)
    var table = "<table><tbody>"
    for phase in outcome.phases {
      let share = DisplayNumber.fixed(100 * phase.seconds / total, 1)
      table += "<tr><td>\(phase.name)</td><td class=\"wide\"><div class=\"bar\" style=\"width:\(share)%\"></div></td>"
      table += "<td class=\"number\">\(DisplayNumber.fixed(phase.seconds, 2)) s</td></tr>\n"
    }
    table += "<tr><td>Samples per pixel, first and last iteration</td><td></td><td class=\"number\">"
    table += "\(state.settings.samplesPerPixel), \(state.samplesPerPixel)</td></tr>\n"
    table += "<tr><td>Dropped because NaN or infinite</td><td></td><td class=\"number\">"
    table += "\(state.droppedGradients) gradient elements, \(outcome.droppedPixels) pixels</td></tr>\n"
    return table + "</tbody></table>"
  }

  private var reproduction: String {
    guard let command else { return "" }
    return "<h2>The same again</h2>\n<pre>\(HTML.escaped(command))</pre>"
  }

  private static func name(_ kind: OptimizerSettings.Kind) -> String {
    switch kind {
    case .auto, .adam: "Adam"
    case .adamUniform: "Uniform Adam"
    case .lbfgs: "L-BFGS"
    case .levenbergMarquardt: "Levenberg–Marquardt"
    case .gaussNewtonCG: "Gauss–Newton with conjugate gradients"
    case .variational: "Variational inference"
    }
  }

  private static func text(_ values: [Float], errors: [Double?]? = nil) -> String {
    guard values.count <= largestListed else {
      let (smallest, largest) = (values.min() ?? 0, values.max() ?? 0)
      let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
      return "\(values.count) values in \(DisplayNumber.significant(Double(smallest), 4))…"
        + "\(DisplayNumber.significant(Double(largest), 4)), mean \(DisplayNumber.significant(mean, 4))"
    }
    guard let errors else { return values.map { DisplayNumber.significant(Double($0), 5) }.joined(separator: ", ") }
    return zip(values, errors).map { value, error in
      let number = DisplayNumber.significant(Double(value), 5)
      return number + (error.map { " <i>± \(DisplayNumber.significant($0, 2))</i>" } ?? " <i>not determined</i>")
    }.joined(separator: "<br>")
  }
}
