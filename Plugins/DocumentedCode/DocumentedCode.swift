import Foundation
import PackagePlugin

/// Compiles the Swift code of the README, the articles and the module's documentation into the target that uses this plugin,
/// one listing for each text.
@main
struct DocumentedCode: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) async throws -> [Command] {
    let root = context.package.directoryURL
    let module = root.appending(path: "Sources/Penumbra")
    let catalogue = module.appending(path: "Penumbra.docc")
    let articles = try FileManager.default.contentsOfDirectory(at: catalogue, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "md" }
    let texts = [root.appending(path: "README.md"), module.appending(path: "Penumbra.swift")] + articles
    let maker = try context.tool(named: "ListingMaker")
    return try texts.sorted { $0.path < $1.path }.compactMap { text in
      guard try String(contentsOf: text, encoding: .utf8).contains("```swift") else { return nil }
      let name = text.deletingPathExtension().lastPathComponent
      let output = context.pluginWorkDirectoryURL.appending(path: "ListingOf\(name).swift")
      return .buildCommand(
        displayName: "Code of \(text.lastPathComponent)", executable: maker.url,
        arguments: [text.path, output.path, "ListingOf\(name)"], inputFiles: [text], outputFiles: [output])
    }
  }
}
