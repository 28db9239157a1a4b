import Testing

@testable import PenumbraTransport

struct SinkTests {
  @Test("A vector's partials that differ between channels by a factor count as its three numbers do, in every sink")
  func vectors() {
    let covector = Vector3(0.3, -1.2, 2.5)
    let weight = Spectrum(0.7, -0.4, 1.9)
    let tangent: [Float] = [9, 0.2, -0.6, 1.1, 9]
    func three(_ sink: inout some DerivativeSink) {
      for axis in 0..<3 { sink.add(1 + axis, weight * covector[axis]) }
    }
    tangent.withUnsafeBufferPointer { tangent in
      let base = tangent.baseAddress!
      var (one, all) = (ForwardSink(tangent: base), ForwardSink(tangent: base))
      one.add(1, covector, times: weight)
      three(&all)
      #expect((one.derivative - all.derivative).length < 1e-6 * all.derivative.length)
      var (pilot, pilots) = (PilotSink(weight: .tangent(base)), PilotSink(weight: .tangent(base)))
      pilot.add(1, covector, times: weight)
      three(&pilots)
      #expect((pilot.sum - pilots.sum).length < 1e-6 * pilots.sum.length)
      var scaled = ScaledSink(base: ForwardSink(tangent: base), factor: 0.5)
      scaled.add(1, covector, times: weight)
      #expect((scaled.base.derivative - all.derivative * 0.5).length < 1e-6 * all.derivative.length)
    }
    // The second of the three is not wanted.
    let wanted = [false, true, false, true, false]
    wanted.withUnsafeBufferPointer { wanted in
      let marks = wanted.baseAddress!
      var (pilot, pilots) = (PilotSink(weight: .wanted(marks)), PilotSink(weight: .wanted(marks)))
      pilot.add(1, covector, times: weight)
      three(&pilots)
      #expect(abs(pilot.squares - pilots.squares) < 1e-6 * pilots.squares && pilots.squares > 0)
      let adjoint = Spectrum(0.2, 0.5, -0.3)
      let (first, second) = (OwnedBuffer(repeating: 0.0, count: 5), OwnedBuffer(repeating: 0.0, count: 5))
      var one = ReverseSink(adjoint: adjoint, gradient: first.base, wanted: marks)
      var all = ReverseSink(adjoint: adjoint, gradient: second.base, wanted: marks)
      one.add(1, covector, times: weight)
      three(&all)
      for i in 0..<5 { #expect(abs(first.base[i] - second.base[i]) < 1e-6) }
      #expect(first.base[2] == 0 && first.base[3] != 0)
    }
  }
}
