import ArgumentParser

/// `penumbra reconstruct`: photos to a scene; announced, not there yet.
struct ReconstructCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconstruct",
    abstract: "Reconstruct a scene from photos (not supported yet).",
    discussion: """
      This version cannot reconstruct. With a start scene, `penumbra optimize` recovers its parameters from photos.

      EXAMPLES:
        penumbra optimize scene.xml --target photo.png --parameters red.reflectance.value -o out
      """)

  @Argument(help: "Folder of photos.")
  var photos: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Folder to write.", valueName: "dir"))
  var output: String

  @OptionGroup(title: "Output options") var outputOptions: OutputOptions

  func run() throws {
    throw Failure(
      .usage, "reconstruct is not supported yet by this version (\(photos)); see 'penumbra optimize --help'")
  }
}
