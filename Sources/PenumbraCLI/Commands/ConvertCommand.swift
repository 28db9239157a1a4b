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
      Scenes and meshes: .gltf, .glb, .obj, .ply, .serialized and Mitsuba's .xml to .xml, .gltf, .glb, .obj or .ply; \
      meshes, materials and textures that do not fit into the file are written beside it. What the format cannot say \
      is named in warnings.

      EXAMPLES:
        penumbra convert photo.png photo.exr
        penumbra convert render.exr render.png --depth 16
        penumbra convert model.glb scene/scene.xml
        penumbra convert scene.xml model.glb --set red.reflectance.value=0.8,0.1,0.1
        penumbra convert bunny.obj bunny.ply
      """)

  @Argument(help: "File to read.")
  var input: String

  @Argument(help: "File to write; its extension chooses the format.")
  var output: String

  @Option(help: ArgumentHelp("Bits per PNG channel, 8 or 16.", valueName: "bits"))
  var depth: Int = 8

  @OptionGroup(title: "Scene options") var sceneOptions: SceneOptions
  @OptionGroup(title: "Output options") var outputOptions: OutputOptions

  private static let sceneExtensions: Set = ["xml", "ply", "obj", "glb", "gltf", "serialized"]

  mutating func validate() throws {
    guard depth == 8 || depth == 16 else { throw ValidationError("--depth: expected 8 or 16, found \(depth)") }
    if sceneOptions.sensor != nil { throw ValidationError("--sensor: all sensors are converted") }
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
    guard ["xml", "gltf", "glb", "obj", "ply"].contains(format) else {
      throw Failure(.usage, "\(output): expected a scene ending in .xml, .gltf, .glb, .obj or .ply, found .\(format)")
    }
    let loaded = try sceneOptions.load(input)
    outputOptions.warn(loaded.warnings)
    do {
      switch format {
      case "xml": try SceneWriter.write(loaded, toFile: output)
      case "gltf", "glb": outputOptions.warn(try GLTFWriter.write(loaded.scene, toFile: output))
      default: outputOptions.warn(try MeshWriter.write(loaded.scene, toFile: output))
      }
    } catch { throw Failure(error) }
    if !outputOptions.quiet { StandardError.writeLine("penumbra: wrote \(output)") }
  }
}
