import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// Polynomials over eight lanes against the C library in double precision. A unit in the last place is 2⁻²³ of the result;
/// the polynomials promise less than four of them, where nothing cancels.
struct PacketFunctionTests {
  private let unit = 0x1p-23

  private func expect(
    _ x: Float, _ found: Float, _ exact: Double, within tolerance: Double, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(abs(Double(found) - exact) <= tolerance, "\(name)(\(x)) is \(exact)", sourceLocation: sourceLocation)
  }

  /// Numbers over an interval, its ends among them.
  private func numbers(_ low: Float, _ high: Float, count: Int = 4000) -> [Packet] {
    (0..<count / 8).map { block in
      var packet = Packet(repeating: 0)
      for lane in 0..<8 { packet[lane] = low + (high - low) * Float(8 * block + lane) / Float(count - 1) }
      return packet
    }
  }

  @Test("eˣ is right to four units in the last place from −87 to 88, and ends there") func exponentials() {
    for x in numbers(-87, 88) {
      let y = x.exponentials
      for lane in 0..<8 {
        let exact = exp(Double(x[lane]))
        expect(x[lane], y[lane], exact, within: 4 * unit * exact, "exp")
      }
    }
    let ends = Packet(-1e4, -100, -.infinity, 0, 1, -0.0, 200, .infinity).exponentials
    #expect(ends[0] == ends[1] && ends[0] == ends[2] && ends[0] < 1e-37)
    #expect(ends[3] == 1 && ends[5] == 1 && ends[6] == ends[7] && ends[6] > 1e38)
  }

  @Test("Logarithms are right to four units in the last place, of the result or of its parts") func logarithms() {
    for scale: Float in [1e-30, 1e-3, 1, 1e20] {
      for x in numbers(0.01 * scale, 4 * scale) {
        let y = x.logarithms
        for lane in 0..<8 {
          let exact = log(Double(x[lane]))
          // Near 1 the result is as exact as x − 1 is.
          expect(x[lane], y[lane], exact, within: 4 * unit * max(abs(exact), abs(Double(x[lane]) - 1) / 4), "log")
        }
      }
    }
  }

  /// The angle 2πx is known to a unit of x, which is what cosines and sines may be off besides their own rounding.
  @Test("Sines and cosines of turns are right to their argument's rounding, for several turns and both signs")
  func sinesAndCosines() {
    for x in numbers(-3, 3) {
      let (s, c) = x.sinesAndCosinesOfTurns
      for lane in 0..<8 {
        let angle = 2 * Double.pi * Double(x[lane])
        let tolerance = unit * (2 + Double.pi * abs(Double(x[lane])))
        expect(x[lane], s[lane], sin(angle), within: tolerance, "sin")
        expect(x[lane], c[lane], cos(angle), within: tolerance, "cos")
      }
    }
  }

  @Test("Angles are right to four units in the last place all around, on the axes and at the origin")
  func arcTangents() {
    for turn in numbers(0, 1) {
      for radius: Float in [1e-18, 1, 1e15] {
        let (y, x) = (radius * turn.sinesAndCosinesOfTurns.sine, radius * turn.sinesAndCosinesOfTurns.cosine)
        let angle = y.arcTangents(over: x)
        for lane in 0..<8 {
          let exact = atan2(Double(y[lane]), Double(x[lane]))
          expect(turn[lane], angle[lane], exact, within: 4 * unit * max(abs(exact), 0.1), "atan2")
        }
      }
    }
    let axes = Packet(0, 1, -1, 0, 0, 0, 0, 0).arcTangents(over: Packet(1, 0, 0, -1, 0, 0, 0, 0))
    #expect(axes[0] == 0 && axes[1] == .pi / 2 && axes[2] == -.pi / 2 && axes[3] == .pi && axes[4] == 0)
  }

  /// Five steps of Horner's rule, the product and the difference round by half a unit of numbers up to 1.
  @Test("The error function is right to the 1.5 · 10⁻⁷ of its formula and its roundings") func errorFunctions() {
    for x in numbers(-5, 5) {
      let y = x.errorFunctions
      for lane in 0..<8 {
        expect(x[lane], y[lane], erf(Double(x[lane])), within: 1.5e-7 + 3.5 * unit, "erf")
      }
    }
  }
}
