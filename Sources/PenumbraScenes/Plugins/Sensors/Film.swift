import PenumbraTransport

extension SceneAssembler {
  /// Largest width or height.
  private static let maximumSide = 1 << 20

  private enum PixelFormat: String, CaseIterable {
    case rgb, rgba, luminance, xyz, xyza
    case luminanceAlpha = "luminance_alpha"
  }

  mutating func film(of sensor: inout PropertyReader) throws(SceneError) -> Film {
    let nodes = sensor.objects(.film)
    guard nodes.count <= 1 else { throw sensor.outOfRange("", "one film", found: "\(nodes.count)") }
    let node = nodes.first?.node ?? defaultFilm(of: sensor.node)
    guard try node.plugin(FilmPlugin.self) != .specfilm else { throw node.unsupported }
    var reader = PropertyReader(node, in: document)
    let (width, height) = try filmSize(&reader)
    let format = try reader.choice("pixel_format", default: PixelFormat.rgb)
    reader.ignore("file_format", "component_format", "sample_border", "compensate", "gamma", "quality")
    let filter = try reconstructionFilter(of: &reader)
    try reader.finish()
    bindings.bind(node, "width", .integer(width))
    bindings.bind(node, "height", .integer(height))
    for name in ["crop_offset_x", "crop_offset_y", "crop_width", "crop_height"] { bindings.bind(node, name, .omitted) }
    return Film(
      width: width, height: height, filter: filter,
      hasAlpha: format == .rgba || format == .luminanceAlpha || format == .xyza)
  }

  /// The film of a sensor that names none.
  private mutating func defaultFilm(of sensor: SceneNode) -> SceneNode {
    let node = SceneNode(kind: .film, plugin: FilmPlugin.hdrfilm.rawValue, location: sensor.location)
    bindings.bind(sensor, "", .object(node))
    return node
  }

  /// The size asked for on the command line, or the file's; a crop window must be the whole film.
  private func filmSize(_ reader: inout PropertyReader) throws(SceneError) -> (width: Int, height: Int) {
    let sides = 1...Self.maximumSide
    let written = (
      width: try reader.integer("width", default: 768, in: sides),
      height: try reader.integer("height", default: 576, in: sides)
    )
    let crop = (
      x: try reader.integer("crop_offset_x") ?? 0, y: try reader.integer("crop_offset_y") ?? 0,
      width: try reader.integer("crop_width") ?? written.width,
      height: try reader.integer("crop_height") ?? written.height
    )
    guard crop == (0, 0, written.width, written.height) else {
      throw SceneError(
        .unsupported, at: reader.node.place, expected: "no crop window (not supported yet)",
        found: "\(crop.width)×\(crop.height) at (\(crop.x), \(crop.y))")
    }
    let size = options.filmSize ?? written
    guard size.width > 0, size.height > 0, size.width <= Self.maximumSide, size.height <= Self.maximumSide,
      size.width * size.height <= 1 << 28
    else {
      throw SceneError(
        .outOfRange, at: reader.node.place, expected: "a film of 1 to \(1 << 28) pixels",
        found: "\(size.width)×\(size.height)")
    }
    return size
  }

  private func reconstructionFilter(of film: inout PropertyReader) throws(SceneError) -> ReconstructionFilter {
    let nodes = film.objects(.rfilter)
    guard nodes.count <= 1 else { throw film.outOfRange("", "one rfilter", found: "\(nodes.count)") }
    guard let node = nodes.first?.node else { return .gaussian() }
    var reader = PropertyReader(node, in: document)
    let filter: ReconstructionFilter
    let sizes = 1e-2...64.0
    switch try node.plugin(FilterPlugin.self) {
    case .box: filter = .box(radius: Float(try reader.float("radius", default: 0.5, in: sizes)))
    case .tent: filter = .tent(radius: Float(try reader.float("radius", default: 1, in: sizes)))
    case .gaussian:
      filter = .gaussian(standardDeviation: Float(try reader.float("stddev", default: 0.5, in: sizes)))
    case .mitchell, .catmullrom, .lanczos: throw node.unsupported
    }
    try reader.finish()
    return filter
  }
}
