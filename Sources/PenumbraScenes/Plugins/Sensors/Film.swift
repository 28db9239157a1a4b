import PenumbraTransport

extension SceneAssembler {
  /// Largest width or height.
  private static let maximumSide = 1 << 20

  private enum PixelFormat: String, CaseIterable {
    case rgb, rgba, luminance, xyz, xyza
    case luminanceAlpha = "luminance_alpha"
  }

  private enum FileFormat: String, CaseIterable { case openexr, exr, rgbe, pfm }

  private enum ComponentFormat: String, CaseIterable { case float16, float32, uint32 }

  mutating func film(of sensor: inout PropertyReader) throws(SceneError) -> Film {
    let nodes = sensor.objects(.film)
    guard nodes.count <= 1 else { throw sensor.outOfRange("", "one film", found: "\(nodes.count)") }
    let node = nodes.first?.node ?? defaultFilm(of: sensor.node)
    guard try node.plugin(FilmPlugin.self) != .specfilm else { throw node.unsupported }
    var reader = PropertyReader(node, in: document)
    let (width, height, crop) = try filmSize(&reader)
    let format = try reader.choice("pixel_format", default: PixelFormat.rgb)
    _ = try reader.choice("file_format", default: FileFormat.openexr)
    _ = try reader.choice("component_format", default: ComponentFormat.float16)
    let samplesBorder = try reader.boolean("sample_border", default: false)
    reader.ignore("compensate", "gamma", "quality")
    let filter = try reconstructionFilter(of: &reader)
    try reader.finish()
    bindings.bind(node, "width", .integer(crop?.fullWidth ?? width))
    bindings.bind(node, "height", .integer(crop?.fullHeight ?? height))
    for (name, value) in [
      ("crop_offset_x", crop?.x), ("crop_offset_y", crop?.y), ("crop_width", crop.map { _ in width }),
      ("crop_height", crop.map { _ in height }),
    ] { bindings.bind(node, name, value.map { .integer($0) } ?? .omitted) }
    var film = Film(
      width: width, height: height, filter: filter,
      hasAlpha: format == .rgba || format == .luminanceAlpha || format == .xyza)
    film.crop = crop
    film.samplesBorder = samplesBorder
    return film
  }

  /// The film of a sensor that names none.
  private mutating func defaultFilm(of sensor: SceneNode) -> SceneNode {
    let node = SceneNode(kind: .film, plugin: FilmPlugin.hdrfilm.rawValue, location: sensor.location)
    bindings.bind(sensor, "", .object(node))
    return node
  }

  /// The size asked for on the command line, or the file's, and its crop window where it has one.
  private func filmSize(_ reader: inout PropertyReader) throws(SceneError) -> (
    width: Int, height: Int, crop: Film.Crop?
  ) {
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
    if crop != (0, 0, written.width, written.height) {
      let text = "\(crop.width)×\(crop.height) at (\(crop.x), \(crop.y))"
      guard options.filmSize == nil else {
        throw SceneError(
          .unsupported, at: reader.node.place, expected: "a film without crop window when its size is overridden",
          found: text)
      }
      // Sides are at most 2^20 and offsets are compared before they are added.
      guard crop.x >= 0, crop.y >= 0, crop.width > 0, crop.height > 0, crop.x <= written.width,
        crop.y <= written.height, crop.width <= written.width - crop.x, crop.height <= written.height - crop.y,
        crop.width * crop.height <= 1 << 28
      else {
        throw SceneError(
          .outOfRange, at: reader.node.place,
          expected: "a crop window inside the film of \(written.width)×\(written.height)", found: text)
      }
      return (
        crop.width, crop.height,
        Film.Crop(fullWidth: written.width, fullHeight: written.height, x: crop.x, y: crop.y)
      )
    }
    let size = options.filmSize ?? written
    guard size.width > 0, size.height > 0, size.width <= Self.maximumSide, size.height <= Self.maximumSide,
      size.width * size.height <= 1 << 28
    else {
      throw SceneError(
        .outOfRange, at: reader.node.place, expected: "a film of 1 to \(1 << 28) pixels",
        found: "\(size.width)×\(size.height)")
    }
    return (size.width, size.height, nil)
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
    case .mitchell:
      let b = Float(try reader.float("B", default: 1.0 / 3, in: -10...10))
      filter = .mitchell(b: b, c: Float(try reader.float("C", default: 1.0 / 3, in: -10...10)))
    case .catmullrom: filter = .catmullRom
    case .lanczos: filter = .lanczos(lobes: try reader.integer("lobes", default: 3, in: 1...64))
    }
    try reader.finish()
    return filter
  }
}
