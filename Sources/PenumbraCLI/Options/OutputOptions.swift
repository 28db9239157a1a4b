import ArgumentParser
import Penumbra

/// What every command says beside its result.
struct OutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write a machine-readable result; - is stdout.", valueName: "file|-"))
  var json: String?

  @Flag(help: "Write nothing to stderr when all goes well.")
  var quiet = false

  /// Quiet by choice, or since another process of the job speaks for all.
  var isQuiet: Bool { quiet || !Job.isFirst }

  func warn(_ warnings: [String]) {
    guard !isQuiet else { return }
    for warning in warnings { StandardError.writeLine("penumbra: warning: \(warning)") }
  }

  /// Writes `result` where `--json` says, if it was given.
  func writeJSON(_ result: @autoclosure () -> JSON) throws(Failure) {
    guard let json, Job.isFirst else { return }
    let text = result().text + "\n"
    if json == "-" { return StandardOutput.write(text) }
    do { try AtomicFile.write(text.utf8, to: json) } catch { throw Failure(error) }
  }
}
