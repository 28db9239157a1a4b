import Foundation
import PenumbraImages
import PenumbraInverse

/// `report.html`: one self-contained page, every photo beside its render, held-out ones first.
struct ReconstructionReport {
  let title: String
  /// One line of what was done.
  let summary: String
  let warnings: [String]
  let history: [RunJournal.Row]
  /// Empty while the run goes on.
  let metrics: [ViewMetrics]
  let isRunning: Bool

  func html() throws(ReconstructionError) -> String {
    var views = ""
    for view in metrics { views += try section(view) }
    let refresh = isRunning ? "<meta http-equiv=\"refresh\" content=\"10\">" : ""
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">\
      \(refresh)<title>\(Self.escaped(title))</title><style>
      \(Self.style)
      </style></head><body>
      <h1>\(Self.escaped(title))</h1>
      <p class="summary">\(Self.escaped(summary))</p>
      \(warnings.map { "<p class=\"warning\">\(Self.escaped($0))</p>" }.joined(separator: "\n"))
      \(isRunning ? "<p>Still running; this page refreshes itself.</p>" : table)
      <h2>Stages</h2>
      \(stages)
      \(views.isEmpty ? "" : "<h2>Views</h2>" + views)
      </body></html>

      """
  }

  private var table: String {
    let rows = [("Held out", metrics.filter(\.isHeldOut)), ("Learnt from", metrics.filter { !$0.isHeldOut })]
      .filter { !$0.1.isEmpty }
    func mean(_ values: [Double], _ digits: Int) -> String {
      values.isEmpty ? "–" : DisplayNumber.fixed(values.reduce(0, +) / Double(values.count), digits)
    }
    let body = rows.map { name, views in
      "<tr><td>\(name)</td><td>\(views.count)</td><td>\(mean(views.map(\.psnr), 2))</td>"
        + "<td>\(mean(views.compactMap(\.psnrInMask), 2))</td><td>\(mean(views.map(\.ssim), 4))</td>"
        + "<td>\(mean(views.compactMap(\.overlap), 4))</td></tr>"
    }
    return "<table><thead><tr><th></th><th>Views</th><th>PSNR [dB]</th><th>PSNR in mask [dB]</th><th>SSIM</th>"
      + "<th>Silhouette overlap</th></tr></thead><tbody>\(body.joined())</tbody></table>"
  }

  /// First and last loss of every stage.
  private var stages: String {
    var names: [String] = []
    for row in history where names.last != row.stage { names.append(row.stage) }
    let rows = names.map { name -> String in
      let own = history.filter { $0.stage == name }
      let seconds = (own.last?.seconds ?? 0) - (own.first?.seconds ?? 0)
      return "<tr><td>\(name)</td><td>\(own.count)</td><td>\(DisplayNumber.fixed(seconds, 1))</td>"
        + "<td>\(DisplayNumber.significant(own.first?.loss ?? 0, 4))</td>"
        + "<td>\(DisplayNumber.significant(own.last?.loss ?? 0, 4))</td></tr>"
    }
    return "<table><thead><tr><th>Stage</th><th>Steps</th><th>Seconds</th><th>First loss</th><th>Last loss</th></tr>"
      + "</thead><tbody>\(rows.joined())</tbody></table>"
  }

  private func section(_ view: ViewMetrics) throws(ReconstructionError) -> String {
    let pictures: [(String, Image)] = [
      ("Photo", view.photo), ("Render", view.render), ("Difference", view.difference),
    ]
    var figures = ""
    for (caption, image) in pictures {
      let bytes: [UInt8]
      do { bytes = try image.encoded(as: .jpeg, options: ImageWriteOptions(jpegQuality: 90)) } catch {
        throw ReconstructionError(error)
      }
      figures +=
        "<figure><img alt=\"\(caption)\" src=\"data:image/jpeg;base64,\(Data(bytes).base64EncodedString())\">"
        + "<figcaption>\(caption)</figcaption></figure>"
    }
    var text = "PSNR \(DisplayNumber.fixed(view.psnr, 2)) dB · SSIM \(DisplayNumber.fixed(view.ssim, 4))"
    if let inMask = view.psnrInMask { text += " · PSNR in mask \(DisplayNumber.fixed(inMask, 2)) dB" }
    if let overlap = view.overlap { text += " · overlap \(DisplayNumber.fixed(overlap, 4))" }
    let kind = view.isHeldOut ? "held out · " : ""
    return "<div class=\"view\"><h3>\(Self.escaped(view.name)) <span>\(kind)\(text)</span></h3>\(figures)</div>\n"
  }

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
  }

  private static let style = """
    :root { color-scheme: light dark; --text: #1c1e21; --soft: #62686f; --line: #d9dce0; --back: #fff; --warn: #9a6700; }
    @media (prefers-color-scheme: dark) {
      :root { --text: #e8eaed; --soft: #9aa1a9; --line: #3a3f45; --back: #16181b; --warn: #e3b341; }
    }
    body { margin: 3rem auto; max-width: 66rem; padding: 0 1.5rem; background: var(--back); color: var(--text);
      font: 16px/1.5 system-ui, sans-serif; }
    h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.1rem; margin: 2.5rem 0 .8rem; }
    p.summary { color: var(--soft); margin: 0 0 1rem; } p.warning { color: var(--warn); }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    th { text-align: left; font-weight: 600; color: var(--soft); }
    th, td { padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); }
    .view { display: grid; grid-template-columns: repeat(3, 1fr); gap: .8rem; margin-bottom: 1.6rem; }
    .view h3 { grid-column: 1 / -1; font-size: 1rem; margin: 0; } .view h3 span { color: var(--soft); font-weight: 400; }
    figure { margin: 0; } figcaption { color: var(--soft); font-size: .85rem; }
    img { width: 100%; height: auto; display: block; border-radius: 3px; }
    """
}
