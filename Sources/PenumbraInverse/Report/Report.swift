import Foundation

/// One self-contained page about a finished run: loss curve, views, recovered values, timings.
struct Report {
  let title: String
  let state: Optimization
  let unknowns: Unknowns
  let views: [ViewResult]

  /// Elements of a parameter up to which the table lists values; larger ones are summarised.
  private static let largestListed = 12

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(Self.escaped(title))</title><style>
    \(ReportStyle.css)
    </style></head><body>
    <h1>\(Self.escaped(title))</h1>
    <p class="summary">\(summary)</p>
    <h2>Loss</h2>
    \(LossCurve(losses: state.history.rows.map(\.loss)).svg)
    <h2>Recovered values</h2>
    \(parameterTable)
    <h2>Views</h2>
    \(views.map(section).joined(separator: "\n"))
    <h2>Timings</h2>
    \(timings)
    </body></html>

    """
  }

  private var summary: String {
    let rows = state.history.rows
    guard let first = rows.first, let last = rows.last else { return "No iterations." }
    return "Adam, \(rows.count) iterations, \(views.count == 1 ? "one view" : "\(views.count) views"). "
      + "Loss \(DisplayNumber.significant(first.loss, 4)) → \(DisplayNumber.significant(last.loss, 4))."
  }

  private var parameterTable: String {
    var table = "<table><thead><tr><th>Parameter</th><th class=\"number\">Start</th>"
    table += "<th class=\"number\">Recovered</th></tr></thead><tbody>\n"
    for (slice, positions) in zip(unknowns.slices, unknowns.positions) {
      table += "<tr><td><code>\(Self.escaped(slice.name))</code></td>"
      table += "<td class=\"number\">\(Self.text(slice.initial))</td>"
      table += "<td class=\"number\">\(Self.text(Array(state.values[positions])))</td></tr>\n"
    }
    return table + "</tbody></table>"
  }

  private func section(_ view: ViewResult) -> String {
    let pictures = [("Target", view.targetPNG), ("Render", view.renderPNG), ("Difference", view.differencePNG)]
    let figures = pictures.map { caption, png in
      "<figure><img alt=\"\(caption)\" src=\"data:image/png;base64,\(Data(png).base64EncodedString())\">"
        + "<figcaption>\(caption)</figcaption></figure>"
    }
    let metrics = "PSNR \(DisplayNumber.fixed(view.psnr, 2)) dB · SSIM \(DisplayNumber.fixed(view.ssim, 4))"
    return "<div class=\"view\"><h3>\(Self.escaped(view.name)) <span>\(metrics)</span></h3>\(figures.joined())</div>"
  }

  private var timings: String {
    let rows = state.history.rows
    let total = state.secondsBefore
    let perIteration = rows.isEmpty ? 0 : total / Double(rows.count)
    return """
      <table><tbody><tr><td>Iterations</td><td class="number">\(rows.count)</td></tr>
      <tr><td>Time in iterations</td><td class="number">\(DisplayNumber.fixed(total, 2)) s</td></tr>
      <tr><td>Time per iteration</td><td class="number">\(DisplayNumber.fixed(perIteration * 1000, 1)) ms</td></tr>
      <tr><td>Gradient elements dropped (NaN or infinite)</td><td class="number">\(state.adam.droppedGradients)</td></tr>
      </tbody></table>
      """
  }

  private static func text(_ values: [Float]) -> String {
    if values.count <= largestListed {
      return values.map { DisplayNumber.significant(Double($0), 5) }.joined(separator: ", ")
    }
    let (smallest, largest) = (values.min() ?? 0, values.max() ?? 0)
    let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
    return "\(values.count) values in \(DisplayNumber.significant(Double(smallest), 4))…"
      + "\(DisplayNumber.significant(Double(largest), 4)), mean \(DisplayNumber.significant(mean, 4))"
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
