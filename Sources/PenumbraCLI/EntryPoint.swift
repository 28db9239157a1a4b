import Foundation

@main
enum EntryPoint {
  static func main() {
    let status = Session.run(Array(CommandLine.arguments.dropFirst()))
    Job.leave(status)
    exit(status.rawValue)
  }
}
