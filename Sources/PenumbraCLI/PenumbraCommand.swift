import ArgumentParser

/// The `penumbra` executable.
struct PenumbraCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "penumbra",
    abstract: "Differentiable rendering and inverse graphics.",
    discussion: """
      EXAMPLES:
        penumbra render scene.xml -o picture.exr --spp 256
        penumbra gradient scene.xml --parameter glass.eta -o derivative.exr
        penumbra optimize scene.xml --target a.png --parameters glass.eta -o out
        penumbra inspect scene.xml

      Exit codes: 0 success, 64 wrong usage, 65 bad input data, 66 missing file, 70 internal failure, \
      130 Ctrl-C.
      """,
    version: "0.1.0",
    subcommands: [
      RenderCommand.self, GradientCommand.self, OptimizeCommand.self, ReconstructCommand.self, InspectCommand.self,
      CompareCommand.self, ConvertCommand.self,
    ])
}
