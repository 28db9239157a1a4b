import ArgumentParser
import Testing

@testable import PenumbraCLI

/// What a session would print for arguments, without running a command that parses; help is one that does not.
func outcome(_ arguments: [String]) -> (status: PenumbraCLI.ExitStatus, text: String) {
  do {
    var command = try Session.parse(arguments)
    // Asking for help parses to a command of its own, whose run throws the text.
    if arguments.contains("--help") { try command.run() }
    return (.success, "")
  } catch { return Session.outcome(of: error, arguments: arguments) }
}

@Suite("Usage errors") struct UsageErrorTests {
  private static let cases: [String] = [
    "rendr scene.xml", "render", "render scene.xml", "render scene.xml -o a.png --spp many",
    "render scene.xml -o a.png --spp 0", "render scene.xml -o a.png --threads 0",
    "render scene.xml -o a.png --max-depth -2", "render scene.xml -o a.png --size 10x",
    "render scene.xml -o a.png --depth 12", "render scene.xml -o a.png --integrator bdpt",
    "render scene.xml -o a.png --set red", "render scene.xml -o a.png --sed 1",
    "gradient scene.xml -o d.exr", "gradient scene.xml -o d.exr --parameter a --parameters b",
    "gradient scene.xml -o d --parameters a", "gradient scene.xml -o d.exr --parameter a --visibility hard",
    "optimize scene.xml -o out", "optimize problem.yaml --target a.png -o out",
    "optimize scene.xml --target a.png --parameters k -o out --spp 1",
    "optimize scene.xml --target a.png --parameters k -o out --iterations 0",
    "optimize scene.xml --target a.png --parameters k -o out --learning-rate -1", "compare a.png", "convert a.png",
  ]

  @Test("Every wrong usage is 64 and one line that names the command's help")
  func messages() throws {
    var text = ""
    for line in Self.cases {
      let (status, message) = outcome(line.split(separator: " ").map(String.init))
      #expect(status == .usage, "\(line)")
      #expect(!message.contains("\n"), "\(line)")
      #expect(message.hasPrefix("penumbra: ") && message.hasSuffix("--help')"), "\(line)")
      text += "$ penumbra \(line)\n\(message)\n"
    }
    try expectSnapshot(text, named: "usage-errors")
  }

  @Test("Negative numbers are values, not options")
  func negativeNumbers() {
    let render = "render scene.xml -o a.png --max-depth -1"
    #expect(outcome(render.split(separator: " ").map(String.init)).status == .success)
    let gradient = "gradient scene.xml -o d.exr --parameter k --direction -1,0,-0.5"
    #expect(outcome(gradient.split(separator: " ").map(String.init)).status == .success)
  }

  @Test("-D takes its value joined or apart", arguments: ["-Dspp=4", "-D spp=4"])
  func defines(option: String) throws {
    let arguments = ["render", "scene.xml", "-o", "a.png"] + option.split(separator: " ").map(String.init)
    let command = try #require(try Session.parse(arguments) as? RenderCommand)
    #expect(command.sceneOptions.defines == [Assignment(argument: "spp=4")])
  }
}
