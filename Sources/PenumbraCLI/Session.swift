import ArgumentParser
import Penumbra

/// One run of the executable: parses, runs a command and turns errors into one line and an exit code.
enum Session {
  static func run(_ arguments: [String]) -> ExitStatus {
    if let complaint = ProcessorFeatures.missing() {
      StandardError.writeLine("penumbra: \(complaint)")
      return .internalFailure
    }
    do {
      try Job.join()
      var command = try parse(arguments)
      try Job.check(command)
      try command.run()
      return .success
    } catch {
      let (status, text) = outcome(of: error, arguments: arguments)
      guard Job.speaks(of: status) else { return status }
      if status == .success { StandardOutput.write(text) } else if !text.isEmpty { StandardError.writeLine(text) }
      return status
    }
  }

  /// `-Dname=value` is taken apart first: ArgumentParser reads a joined value with an equals sign as a long option.
  static func parse(_ arguments: [String]) throws -> any ParsableCommand {
    try PenumbraCommand.parseAsRoot(
      arguments.flatMap { $0.hasPrefix("-D") && $0.count > 2 ? ["-D", String($0.dropFirst(2))] : [$0] })
  }

  /// What to print for an error: help texts come as successes.
  static func outcome(of error: any Error, arguments: [String]) -> (status: ExitStatus, text: String) {
    if let failure = error as? Failure {
      return (failure.status, failure.message.isEmpty ? "" : "penumbra: \(Job.prefix)\(failure.message)")
    }
    if PenumbraCommand.exitCode(for: error) == .success {
      return (.success, PenumbraCommand.fullMessage(for: error) + "\n")
    }
    // ArgumentParser adds usage in further lines; one line and a pointer to the help read better.
    var message = PenumbraCommand.message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
    let commands = PenumbraCommand.configuration.subcommands.map { $0._commandName }
    let command = commands.first { $0 == arguments.first }
    if command == nil, let word = arguments.first, !word.hasPrefix("-") {
      let hint = Spelling.nearest(to: word, among: commands).map { ", did you mean '\($0)'?" } ?? ""
      message = "expected a command, found '\(word)'\(hint)"
    }
    let help = ["penumbra", command, "--help"].compactMap(\.self).joined(separator: " ")
    return (.usage, "penumbra: \(message) (see '\(help)')")
  }
}
