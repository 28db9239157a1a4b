import Foundation
import PenumbraTransport
import Testing

@testable import PenumbraInverse

@Suite("Reports") struct ReportTests {
  @Test("The curve has a point per iteration and labels on a logarithmic axis")
  func curve() throws {
    let svg = LossCurve(losses: [1, 0.1, 0.01]).svg
    let points = try #require(svg.split(separator: "points=\"").last?.split(separator: "\"").first)
    let ys = points.split(separator: " ").compactMap { $0.split(separator: ",").last.flatMap { Double(String($0)) } }
    #expect(ys.count == 3)
    #expect(abs((ys[1] - ys[0]) - (ys[2] - ys[1])) < 0.2, "equal ratios, equal distances")
    #expect(svg.contains(">0.1</text>"))
  }

  @Test(
    "Curves without a positive loss, or with one value, are drawn without NaN",
    arguments: [[], [0], [0.5], [2, .infinity]])
  func degenerateCurve(losses: [Double]) {
    let svg = LossCurve(losses: losses).svg
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test("Long runs make a curve of bounded size")
  func longCurve() {
    let svg = LossCurve(losses: (0..<100_000).map { 1 + Double($0 % 7) }).svg
    #expect(svg.utf8.count < 40_000)
  }

  @Test("A report holds the values and refers to nothing outside itself")
  func report() throws {
    let scene = try SmallScene.make()
    let unknowns = try Unknowns([Problem.Unknown(key: "wall.value")], in: scene, defaultRate: 0.02)
    var settings = OptimizerSettings()
    settings.iterations = 2
    var state = Optimization(unknowns, settings: settings)
    try state.run(ClosureObjective { _, _ in Evaluation(loss: 0.5, gradient: [1, 1, 1]) })
    let outcome = RunOutcome(state: state, unknowns: unknowns, views: [], heldOut: [], uncertainty: nil)
    let html = Report(title: "a<b>.xml", outcome: outcome, command: "penumbra optimize 'a<b>.xml'").html
    #expect(html.contains("<title>a&lt;b&gt;.xml</title>"))
    #expect(html.contains("<code>wall.value</code>"))
    #expect(html.contains("0.1, 0.2, 0.3"))
    for reference in ["http", "href=", "<script", "<link"] { #expect(!html.contains(reference)) }
  }

  @Test("Displayed numbers", arguments: [(0.0001234, "0.000123"), (1234567, "1.23e+06"), (-0.5, "-0.5")])
  func significant(value: Double, text: String) { #expect(DisplayNumber.significant(value, 3) == text) }

  @Test("Rounded zero has no sign") func fixedZero() { #expect(DisplayNumber.fixed(-0.001, 2) == "0.00") }
}
