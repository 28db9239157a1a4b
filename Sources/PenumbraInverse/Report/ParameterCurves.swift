import Foundation

/// The path of one unknown over the iterations: a small drawing with a line per element and error bars at its end.
struct ParameterCurves {
  /// One line per element, shape [elements][iterations + 1], the recovered value last.
  let lines: [[Float]]
  /// Two standard errors per element; `nil` where unknown.
  let errors: [Double?]

  // Drawing units.
  private let width = 240.0
  private let height = 110.0
  private let left = 6.0
  private let right = 14.0
  private let top = 8.0
  private let bottom = 8.0
  private static let maximumPoints = 240

  /// `nil` when there is nothing to draw.
  var svg: String? {
    let all = lines.joined().filter(\.isFinite)
    guard let count = lines.first?.count, count > 1, var low = all.min().map(Double.init),
      var high = all.max().map(Double.init)
    else { return nil }
    for (line, error) in zip(lines, errors) {
      guard let error, let last = line.last, error.isFinite, error < 10 * (high - low) else { continue }
      (low, high) = (min(low, Double(last) - error), max(high, Double(last) + error))
    }
    if !(high - low > 1e-6 * max(abs(low), abs(high))) { (low, high) = (low - 0.5, high + 0.5) }
    let x = { (i: Int) in left + Double(i) / Double(count - 1) * (width - left - right) }
    let y = { (value: Double) in top + (high - value) / (high - low) * (height - top - bottom) }
    var svg =
      #"<svg class="small" viewBox="0 0 \#(Int(width)) \#(Int(height))" role="img" aria-label="Values by iteration">"#
    let step = max(1, (count + Self.maximumPoints - 1) / Self.maximumPoints)
    for (index, line) in lines.enumerated() {
      let colour = Self.colour(index, of: lines.count)
      let points = line.indices.filter { ($0 % step == 0 || $0 == count - 1) && line[$0].isFinite }.map {
        "\(DisplayNumber.fixed(x($0), 1)),\(DisplayNumber.fixed(y(Double(line[$0])), 1))"
      }
      svg += #"<polyline class="thin" style="stroke:\#(colour)" points="\#(points.joined(separator: " "))"/>"#
      guard let last = line.last, last.isFinite else { continue }
      let end = (x: x(count - 1), y: y(Double(last)))
      if let error = errors[index], error.isFinite {
        let (a, b) = (y(min(Double(last) + error, high)), y(max(Double(last) - error, low)))
        let place = DisplayNumber.fixed(end.x, 1)
        svg += #"<line style="stroke:\#(colour)" x1="\#(place)" x2="\#(place)" "#
        svg += #"y1="\#(DisplayNumber.fixed(a, 1))" y2="\#(DisplayNumber.fixed(b, 1))"/>"#
      }
      svg += #"<circle style="fill:\#(colour)" r="2.4" cx="\#(DisplayNumber.fixed(end.x, 1))" "#
      svg += #"cy="\#(DisplayNumber.fixed(end.y, 1))"/>"#
    }
    return svg + "</svg>"
  }

  /// Red, green and blue for colours; one accent for a number; a ring of hues for others.
  private static func colour(_ index: Int, of count: Int) -> String {
    if count == 1 { return "var(--accent)" }
    if count == 3 { return ["#d24343", "#2e9e4f", "#3b74d8"][index] }
    return "hsl(\(Int(360 * Double(index) / Double(count))) 60% 50%)"
  }
}
