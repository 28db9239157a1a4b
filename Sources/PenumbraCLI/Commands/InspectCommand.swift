import ArgumentParser
import Penumbra

/// `penumbra inspect`: what is in a scene and what can be changed in it.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "List the sensors, shapes and parameters of a scene.",
    discussion: """
      EXAMPLES:
        penumbra inspect cornell.xml
        penumbra inspect cornell.xml --json - -D samples=16
      """)

  @Argument(help: "Scene file.")
  var scene: String

  @OptionGroup(title: "Scene options") var sceneOptions: SceneOptions
  @OptionGroup(title: "Output options") var outputOptions: OutputOptions

  func run() throws {
    let loaded = try sceneOptions.load(scene)
    outputOptions.warn(loaded.warnings)
    _ = try sceneOptions.sensorIndex(in: loaded.scene.structure, path: scene)
    let listing = SceneListing(scene: loaded.scene)
    try outputOptions.writeJSON(listing.json)
    // Listing is what this command is for; only JSON on stdout replaces it.
    if outputOptions.json != "-" { StandardOutput.write(listing.text) }
  }
}
