import Foundation

@main
enum EntryPoint {
  static func main() {
    exit(Session.run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }
}
