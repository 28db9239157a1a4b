import ArgumentParser
import Penumbra

/// `penumbra render`: a scene to a picture.
struct RenderCommand: SharedCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Render a scene to a picture.",
    discussion: """
      The extension of OUT chooses the format: .exr (float32 linear), .png (8-bit sRGB, or --depth 16), .jpg, .pfm, \
      .hdr.

      EXAMPLES:
        penumbra render box.xml -o box.exr --spp 256
        penumbra render box.xml -o preview.png --size 320x240 -D spp=16 --quiet
        penumbra render box.xml -o layers.exr --aov albedo,normal,depth
        penumbra render box.xml -o red.png --set red.reflectance.value=0.8,0.1,0.1
      """)

  enum Integrator: String, ExpressibleByArgument, CaseIterable { case path, direct, aov }

  @Argument(help: "Scene file.")
  var scene: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Picture to write.", valueName: "out"))
  var output: String

  @Option(help: ArgumentHelp("Extra EXR layers: \(AOVNames.list).", valueName: "a,b,…"))
  var aov: String?

  @Option(help: ArgumentHelp("direct = depth 2, aov = layers only.", valueName: "name"))
  var integrator: Integrator = .path

  @Option(help: ArgumentHelp("Bits per PNG channel, 8 or 16.", valueName: "bits"))
  var depth: Int = 8

  @OptionGroup(title: "Scene options") var sceneOptions: SceneOptions
  @OptionGroup(title: "Sampling options") var sampling: SamplingOptions
  @OptionGroup(title: "Output options") var outputOptions: OutputOptions

  mutating func validate() throws {
    guard depth == 8 || depth == 16 else { throw ValidationError("--depth: expected 8 or 16, found \(depth)") }
  }

  func run() throws {
    let format = try OutputCheck.imageFormat(of: output)
    let aovs = try aov.map { try AOVNames.parse($0) } ?? []
    guard aovs.isEmpty || format == .exr else {
      throw Failure(.usage, "\(output): --aov needs an .exr file, found .\(format.rawValue)")
    }
    var loaded = try sceneOptions.load(scene)
    outputOptions.warn(loaded.warnings)
    if !aovs.isEmpty { loaded.scene = try loaded.scene.adding(aovs, file: scene) }
    let layers = loaded.scene.structure.integrator.aovs
    guard integrator != .aov || !layers.isEmpty else {
      throw Failure(.usage, "\(scene): --integrator aov needs layers; name them with --aov \(AOVNames.list)")
    }
    let sensors = try sceneOptions.sensorIndices(in: loaded.scene.structure, path: scene)
    var settings = sampling.settings(sensor: sensors[0])
    switch integrator {
    case .path: break
    case .direct: settings.maxDepth = 2
    case .aov: settings.maxDepth = 1  // Layers need the first hit only.
    }
    // For the time and the report of the whole.
    let whole = RenderWork(scene: loaded.scene, settings: settings, file: scene, quiet: outputOptions.isQuiet)
    var pictures: [Image] = []
    var (statistics, seconds) = (RenderStatistics(), 0.0)
    for sensor in sensors {
      settings.sensor = sensor
      let work = RenderWork(scene: loaded.scene, settings: settings, file: scene, quiet: outputOptions.isQuiet)
      let (result, time) = try work.run { renderer, monitor throws(TransportError) in
        try renderer.render(settings, monitor: monitor)
      }
      let film = loaded.scene.structure.sensors[sensor].film
      let layout = PictureLayout(
        hasColor: integrator != .aov, hasAlpha: film.hasAlpha, format: format, hasLayers: format == .exr)
      pictures.append(layout.image(of: result))
      statistics += result.statistics
      seconds += time
    }
    let picture = Image(sideBySide: pictures)
    if Job.isFirst {
      do {
        try picture.write(to: output, options: ImageWriteOptions(pngDepth: depth))
      } catch { throw Failure(error) }
    }
    try outputOptions.writeJSON(whole.json(statistics, seconds: seconds))
    whole.finish("wrote \(output) (\(picture.width)×\(picture.height), \(whole.samplesPerPixel) spp)")
  }
}

extension Image {
  /// Pictures of one height with the same channels, from left to right.
  fileprivate init(sideBySide pictures: [Image]) {
    guard pictures.count > 1, let first = pictures.first else {
      self = pictures.first ?? Image(width: 0, height: 0, values: [])
      return
    }
    var values: [Float] = []
    for row in 0..<first.height {
      for picture in pictures {
        let count = picture.width * picture.channels.count
        values += picture.values[(row * count)..<(row * count + count)]
      }
    }
    self.init(
      width: pictures.reduce(0) { $0 + $1.width }, height: first.height, channels: first.channels, values: values)
  }
}
