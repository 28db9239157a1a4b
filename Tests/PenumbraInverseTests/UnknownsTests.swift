import PenumbraTransport
import Testing

@testable import PenumbraInverse

@Suite("Unknowns") struct UnknownsTests {
  @Test("The default rate follows the size of the start value, a given one does not")
  func rates() throws {
    let scene = try SmallScene.make()
    let relative = try Unknowns(
      [Problem.Unknown(key: "lamp.value"), Problem.Unknown(key: "wall.value")], in: scene, defaultRate: 0.5)
    #expect(relative.rates == [10, 0.5, 0.5, 0.5])
    let absolute = try Unknowns([Problem.Unknown(key: "lamp.value", learningRate: 2)], in: scene, defaultRate: 0.5)
    #expect(absolute.rates == [2])
  }

  @Test("Scattering and gathering are inverse and touch nothing else")
  func scatter() throws {
    let scene = try SmallScene.make()
    let unknowns = try Unknowns(
      [Problem.Unknown(key: "lamp.value"), Problem.Unknown(key: "wall.value[1]")], in: scene, defaultRate: 0.02)
    var theta = scene.theta
    unknowns.scatter([5, 0.9], into: &theta)
    #expect(theta == [0.1, 0.9, 0.3, 7, 5])
    #expect(unknowns.gather(theta) == [5, 0.9])
  }

  @Test(
    "Unknowns that cannot be are refused with their place",
    arguments: [
      (
        Problem.Unknown(key: "wal.value", place: "p:1:2"),
        "p:1:2: unknown parameter 'wal.value', did you mean 'wall.value'?"
      ),
      (Problem.Unknown(key: "fixed.value"), "'fixed.value': this version computes no derivative of this parameter"),
      (Problem.Unknown(key: "wall.value", initial: [1, 2]), "'wall.value' initial: expected 3 values or one, found 2"),
      (
        Problem.Unknown(key: "wall.value", initial: [2]),
        "'wall.value' initial[0]: expected a value in 0.0...1.0, found 2.0"
      ),
      (Problem.Unknown(key: "lamp.value"), "'lamp.value' and 'lamp.value' share elements; list each unknown once"),
    ])
  func faults(unknown: Problem.Unknown, message: String) throws {
    let scene = try SmallScene.make()
    let error = #expect(throws: InverseError.self) {
      try Unknowns([Problem.Unknown(key: "lamp.value"), unknown], in: scene, defaultRate: 0.02)
    }
    #expect(error?.message == message)
  }
}
