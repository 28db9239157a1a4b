import ArgumentParser
import Penumbra

/// `penumbra convert`: a file in another format.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Convert a picture or scene to another format.",
    discussion: """
      Pictures: .exr, .png, .jpg, .pfm, .hdr. To .pfm: linear RGB float32; alpha is dropped, PNG and JPEG are decoded \
      from sRGB.
      Scenes: .gltf, .glb, .obj, .ply, .serialized and Mitsuba's .xml to .xml; meshes and textures are written beside it.

      EXAMPLES:
        penumbra convert photo.png photo.exr
        penumbra convert render.exr render.png --depth 16
        penumbra convert model.glb scene/scene.xml
      """)

  @Argument(help: "File to read.")
  var input: String

  @Argument(help: "File to write; its extension chooses the format.")
  var output: String

  @Option(help: ArgumentHelp("Bits per PNG channel, 8 or 16.", valueName: "bits"))
  var depth: Int = 8

  @OptionGroup(title: "Output options") var outputOptions: OutputOptions

  private static let sceneExtensions: Set = ["xml", "ply", "obj", "glb", "gltf", "serialized"]

  mutating func validate() throws {
    guard depth == 8 || depth == 16 else { throw ValidationError("--depth: expected 8 or 16, found \(depth)") }
  }

  func run() throws {
    let formats = [input, output].map { $0.split(separator: ".").last.map { $0.lowercased() } ?? "" }
    if Self.sceneExtensions.contains(formats[0]) { return try convertScene(to: formats[1]) }
    if Self.sceneExtensions.contains(formats[1]) {
      throw Failure(.usage, "\(output): expected a picture, as \(input) is one")
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

  private func convertScene(to format: String) throws {
    guard format == "xml" else {
      throw Failure(.usage, "\(output): expected a scene ending in .xml, found .\(format)")
    }
    do {
      let loaded = try SceneReader.load(path: input)
      if !outputOptions.quiet {
        for warning in loaded.warnings { StandardError.writeLine("penumbra: warning: \(warning)") }
      }
      try SceneWriter.write(loaded, toFile: output)
    } catch let error as SceneError {
      throw Failure(error)
    } catch let error as ImageError {
      throw Failure(error)
    }
    if !outputOptions.quiet { StandardError.writeLine("penumbra: wrote \(output)") }
  }
}
