import ArgumentParser
import Penumbra

/// `penumbra convert`: a file in another format.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Convert a picture to another format.",
    discussion: """
      Pictures: .exr, .png, .jpg, .pfm, .hdr. To .pfm: linear RGB float32; alpha is dropped, PNG and JPEG are decoded \
      from sRGB. Meshes and scenes are not supported yet.

      EXAMPLES:
        penumbra convert photo.png photo.exr
        penumbra convert render.exr render.png --depth 16
      """)

  @Argument(help: "File to read.")
  var input: String

  @Argument(help: "File to write; its extension chooses the format.")
  var output: String

  @Option(help: ArgumentHelp("Bits per PNG channel, 8 or 16.", valueName: "bits"))
  var depth: Int = 8

  @OptionGroup(title: "Output options") var outputOptions: OutputOptions

  private static let laterExtensions: Set = ["xml", "ply", "obj", "glb", "gltf", "serialized", "stl"]

  mutating func validate() throws {
    guard depth == 8 || depth == 16 else { throw ValidationError("--depth: expected 8 or 16, found \(depth)") }
  }

  func run() throws {
    for path in [input, output] {
      let suffix = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
      if Self.laterExtensions.contains(suffix) {
        throw Failure(.usage, "\(path): converting meshes and scenes is not supported yet; expected a picture")
      }
    }
    _ = try OutputCheck.imageFormat(of: output)
    do {
      let image = try Image.read(input)
      try image.write(to: output, options: ImageWriteOptions(pngDepth: depth))
      try outputOptions.writeJSON(
        .object([
          ("width", .integer(image.width)), ("height", .integer(image.height)),
          ("channels", .array(image.channels.map(JSON.string))),
        ]))
    } catch let error as ImageError { throw Failure(error) }
    if !outputOptions.quiet { StandardError.writeLine("penumbra: wrote \(output)") }
  }
}
