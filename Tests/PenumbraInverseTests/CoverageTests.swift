import Foundation
import PenumbraTransport
import Testing

@testable import PenumbraInverse

@Suite("Coverage of error bars") struct CoverageTests {
  /// Number of rendered problems; `PENUMBRA_COVERAGE=100` for the long form.
  private static let problems = ProcessInfo.processInfo.environment["PENUMBRA_COVERAGE"].flatMap(Int.init) ?? 16

  @Test(
    "Colours and cameras found from noisy pictures lie within two standard errors of the truth about 95 times in 100")
  func coverage() async throws {
    var normal = UncertaintyTests.Normal(counter: 5000)
    var ratios: [Double] = []
    for problem in 0..<Self.problems {
      ratios += try await Self.solve(problem, &normal)
    }
    let inside = ratios.count { abs($0) < 2 }
    let share = Double(inside) / Double(ratios.count)
    // 95.4 % for normal errors; the few problems of the short form leave more room to chance: three binomial deviations.
    let slack = Self.problems >= 100 ? 0.0 : 3 * (0.95 * 0.05 / Double(ratios.count)).squareRoot()
    #expect(share > 0.90 - slack && share < 0.99 + slack, "\(inside) of \(ratios.count)")
    let spread = (ratios.reduce(0) { $0 + $1 * $1 } / Double(ratios.count)).squareRoot()
    #expect(spread > 0.7 && spread < 1.4, "errors are \(spread) standard errors in the root mean square")
  }

  /// Errors of four unknowns in standard errors.
  private static func solve(
    _ index: Int, _ normal: inout UncertaintyTests.Normal
  ) async throws -> [Double] {
    let colour = (0..<3).map { _ in Float(0.25 + 0.5 * (0.5 + 0.5 * sin(normal.next()))) }
    var truth = try InverseProblemTests.scene(colour)
    let fov = Float(43 + 2 * sin(normal.next()))
    truth.theta[try truth.structure.parameters.resolve("sensor.x_fov").range.lowerBound] = fov
    var target = try InverseProblemTests.view(truth, spp: 512).target
    let noise = 0.01 + 0.03 * abs(sin(normal.next()))
    for i in target.rgb.indices { target.rgb[i] += Float(noise * normal.next()) }
    var problem = InverseProblem(
      scene: try InverseProblemTests.scene(), views: [TargetView(name: "noisy", sensor: 0, target: target)],
      unknowns: [Problem.Unknown(key: "ball.reflectance"), Problem.Unknown(key: "sensor.x_fov")])
    problem.optimizer.samplesPerPixel = 32
    problem.render.seed = UInt64(index)
    let solution = try await problem.solve()
    let found = (solution.values["ball.reflectance"] ?? []) + (solution.values["sensor.x_fov"] ?? [])
    let errors = try #require(solution.uncertainty).standardErrors
    return try zip(zip(found, colour + [fov]), errors).map { pair, error in
      Double(pair.0 - pair.1) / (try #require(error))
    }
  }
}
