import ArgumentParser
import Testing

@testable import PenumbraCLI

@Suite("Help") struct HelpTests {
  @Test("The root's help") func root() throws {
    try expectSnapshot(PenumbraCommand.helpMessage(columns: 100) + "\n", named: "help")
  }

  @Test(
    "Every command's help",
    arguments: ["render", "gradient", "optimize", "reconstruct", "inspect", "compare", "convert"])
  func command(name: String) throws {
    let outcome = outcome([name, "--help"])
    #expect(outcome.status == .success)
    #expect(outcome.text.contains("EXAMPLES:"))
    let type = try #require(PenumbraCommand.configuration.subcommands.first { $0.configuration.commandName == name })
    try expectSnapshot(PenumbraCommand.helpMessage(for: type, columns: 100) + "\n", named: "help-\(name)")
  }
}
