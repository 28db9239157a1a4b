import Foundation

/// The loss over the iterations as an SVG drawing with a logarithmic axis.
struct LossCurve {
  /// ℒ per iteration; values that are not above 0 are left out.
  let losses: [Double]

  // Drawing units: the whole picture, and the margins about the plot.
  private let width = 760.0
  private let height = 260.0
  private let left = 64.0
  private let right = 12.0
  private let top = 12.0
  private let bottom = 34.0
  /// More points than pixels add bytes, not detail.
  private static let maximumPoints = 1000

  var svg: String {
    let points = losses.enumerated().filter { $0.element > 0 && $0.element.isFinite }
    guard let smallest = points.map(\.element).min(), let largest = points.map(\.element).max() else {
      return "<p>No iterations with a loss above zero.</p>"
    }
    var decades = (log10(smallest), log10(largest))
    if decades.1 - decades.0 < 0.1 { decades = (decades.0 - 0.05, decades.1 + 0.05) }
    let last = Double(max(1, losses.count - 1))
    let x = { (iteration: Double) in left + iteration / last * (width - left - right) }
    let y = { (loss: Double) in
      top + (decades.1 - log10(loss)) / (decades.1 - decades.0) * (height - top - bottom)
    }
    var svg = #"<svg viewBox="0 0 \#(Int(width)) \#(Int(height))" role="img" aria-label="Loss by iteration">"#
    for tick in ticks(decades) {
      let position = DisplayNumber.fixed(y(tick), 1)
      svg += #"<line class="grid" x1="\#(left)" x2="\#(width - right)" y1="\#(position)" y2="\#(position)"/>"#
      svg += #"<text x="\#(left - 8)" y="\#(position)" dy="0.32em" text-anchor="end">"#
      svg += "\(DisplayNumber.significant(tick, 3))</text>"
    }
    let step = max(1, (points.count + Self.maximumPoints - 1) / Self.maximumPoints)
    let line = points.enumerated().filter { $0.offset % step == 0 || $0.offset == points.count - 1 }.map { point in
      "\(DisplayNumber.fixed(x(Double(point.element.offset)), 1)),\(DisplayNumber.fixed(y(point.element.element), 1))"
    }
    svg += #"<polyline class="curve" points="\#(line.joined(separator: " "))"/>"#
    let base = height - 12
    svg += #"<text x="\#(left)" y="\#(base)">0</text>"#
    svg += #"<text x="\#((left + width - right) / 2)" y="\#(base)" text-anchor="middle">iteration</text>"#
    svg += #"<text x="\#(width - right)" y="\#(base)" text-anchor="end">\#(losses.count - 1)</text></svg>"#
    return svg
  }

  /// Powers of ten, with 2 and 5 between them when there are few; the ends when there are none.
  private func ticks(_ decades: (Double, Double)) -> [Double] {
    let mantissas: [Double] = decades.1 - decades.0 > 3 ? [1] : [1, 2, 5]
    let exponents = Int(decades.0.rounded(.down))...Int(decades.1.rounded(.up))
    let ticks = exponents.flatMap { exponent in mantissas.map { $0 * pow(10, Double(exponent)) } }
      .filter { (decades.0...decades.1).contains(log10($0)) }
    return ticks.isEmpty ? [pow(10, decades.0), pow(10, decades.1)] : ticks
  }
}
