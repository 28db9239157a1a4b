import Foundation
import Testing

@testable import PenumbraInverse

@Suite("Checkpoints") struct CheckpointTests {
  @Test("Before the first checkpoint there is nothing to continue")
  func absent() throws {
    var state = try Self.state()
    let before = state
    let checkpoint = Checkpoint(path: "/nonexistent/state.bin", fingerprint: Fingerprint())
    #expect(try !checkpoint.load(into: &state))
    #expect(state == before)
  }

  @Test("A saved state is loaded bit for bit")
  func roundTrip() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("penumbra-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let directory = try OutputDirectory(folder)
    let checkpoint = Checkpoint(path: directory.path(of: "state.bin"), fingerprint: Self.fingerprint("a"))
    var state = try Self.state()
    try state.run(ClosureObjective { values, _ in Evaluation(loss: 1, gradient: values) })
    try checkpoint.save(state)
    var loaded = try Self.state()
    #expect(try checkpoint.load(into: &loaded))
    #expect(loaded == state)
  }

  @Test("Another problem's checkpoint is refused, and the difference is named")
  func otherProblem() throws {
    let bytes = Checkpoint(path: "c", fingerprint: Self.fingerprint("a")).encode(try Self.state())
    var state = try Self.state()
    let error = #expect(throws: InverseError.self) {
      try Checkpoint(path: "c", fingerprint: Self.fingerprint("b")).decode(bytes, into: &state)
    }
    #expect(error?.code == .invalidCheckpoint)
    #expect(error?.message.contains("another targets;") ?? false)
  }

  @Test("A damaged checkpoint is refused wherever it is cut or changed")
  func damaged() throws {
    let checkpoint = Checkpoint(path: "c", fingerprint: Self.fingerprint("a"))
    let bytes = checkpoint.encode(try Self.state())
    var state = try Self.state()
    for length in 0..<bytes.count {
      #expect(throws: InverseError.self) { try checkpoint.decode(Array(bytes.prefix(length)), into: &state) }
    }
    for position in bytes.indices {
      var changed = bytes
      changed[position] ^= 0x10
      #expect(throws: InverseError.self) { try checkpoint.decode(changed, into: &state) }
    }
  }

  private static func fingerprint(_ targets: String) -> Fingerprint {
    var fingerprint = Fingerprint()
    fingerprint.add("scene", [1, 2])
    fingerprint.add("targets", targets)
    return fingerprint
  }

  private static func state() throws -> Optimization {
    var settings = OptimizerSettings()
    settings.iterations = 3
    let unknowns = try Unknowns([Problem.Unknown(key: "wall.value")], in: try SmallScene.make(), defaultRate: 0.02)
    return Optimization(unknowns, settings: settings)
  }
}
