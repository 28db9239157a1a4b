import PenumbraImages
public import PenumbraTransport

/// One view of a problem, loaded: what a sensor should see.
public struct TargetView: Sendable {
  /// The target's file name without folders, for reports.
  public let name: String
  /// Position in `SceneStructure.sensors`.
  public let sensor: Int
  /// Linear RGB, weights in 0...1 from the mask, and where the picture is clipped.
  public let target: LossTarget
  /// Positions in `SceneStructure.emitters` of the lights that were on; `nil` for all.
  public let lights: Set<Int>?
  /// What the camera did with the light, where no unknown says otherwise.
  public let response: Response
  /// What the values are.
  public let quantity: PictureQuantity
  /// Factor of this view's share in the loss.
  public let weight: Float
  /// Pixels that hold NaN or infinity; their weight is 0.
  public let droppedPixels: Int

  public var width: Int { target.width }
  public var height: Int { target.height }
  /// Linear RGB, shape [height × width × 3].
  public var rgb: [Float] { target.rgb }
  /// Weight per pixel, shape [height × width]; empty for 1 everywhere.
  public var weights: [Float] { target.weights }
  /// Channels from this value on are clipped.
  public var clip: Float { target.clip }

  /// A view from memory.
  ///
  /// - Parameters:
  ///   - sensor: position in `SceneStructure.sensors`; its film has the target's size.
  ///   - target: pixels with NaN or infinity are dropped.
  public init(
    name: String, sensor: Int, target: LossTarget, lights: Set<Int>? = nil, response: Response = Response(),
    quantity: PictureQuantity = .radiance, weight: Float = 1
  ) {
    self.name = name
    self.sensor = sensor
    self.lights = lights
    self.response = response
    self.quantity = quantity
    self.weight = weight
    (self.target, droppedPixels) = Self.cleaned(target)
  }

  /// Gives pixels with a value that is not finite the weight 0.
  private static func cleaned(_ target: LossTarget) -> (LossTarget, dropped: Int) {
    guard target.rgb.contains(where: { !$0.isFinite }) else { return (target, 0) }
    var result = target
    result.weights = target.fullWeights
    var dropped = 0
    for pixel in result.weights.indices {
      guard !(0..<3).allSatisfy({ target.rgb[3 * pixel + $0].isFinite }) else { continue }
      for c in 0..<3 { result.rgb[3 * pixel + c] = 0 }
      result.weights[pixel] = 0
      dropped += 1
    }
    return (result, dropped)
  }

  /// Loads every target and checks it against its sensor's film. Without names, targets take the sensors in order.
  ///
  /// - Throws: `.missingFile`, or `.invalidProblem` naming the picture and the sizes that differ.
  public static func load(_ targets: [Problem.Target], for scene: Scene) throws(InverseError) -> [TargetView] {
    var views: [TargetView] = []
    for (index, target) in targets.enumerated() {
      let sensor = try sensorIndex(of: target, at: index, of: targets.count, in: scene.structure)
      views.append(try TargetView(target, sensor: sensor, structure: scene.structure))
    }
    return views
  }

  private init(_ target: Problem.Target, sensor: Int, structure: SceneStructure) throws(InverseError) {
    let film = structure.sensors[sensor].film
    let image = try Self.picture(of: target, film: film)
    // Masks hold weights, not light: no decoding.
    let mask = try target.mask.map { path throws(InverseError) in
      try Self.read(path, encoding: .linear, as: ["Y"], film: film).values
    }
    self.init(
      name: target.image.split(separator: "/").last.map(String.init) ?? target.image, sensor: sensor,
      target: LossTarget(
        width: image.width, height: image.height, rgb: image.values, weights: mask ?? [],
        clip: Self.isClipped(target.image) ? 1 : .infinity),
      lights: try Self.lights(of: target, in: structure), response: target.response, quantity: target.quantity,
      weight: target.weight)
    guard droppedPixels < width * height else {
      throw InverseError(.invalidProblem, "\(target.image): expected finite values, found none")
    }
  }

  /// Whether values end at 1, as in files of integers.
  private static func isClipped(_ path: String) -> Bool {
    guard let format = ImageFormat(path: path) else { return false }
    return ![.exr, .pfm, .hdr].contains(format)
  }

  /// The picture's R, G and B, or the layer `depth` or `normal` that renders with layers have.
  private static func picture(of target: Problem.Target, film: Film) throws(InverseError) -> Image {
    guard target.quantity != .radiance else {
      return try read(target.image, encoding: target.encoding, as: ["R", "G", "B"], film: film)
    }
    guard !isClipped(target.image) else {
      throw InverseError(
        .invalidProblem,
        "\(target.image): expected an EXR or PFM file of \(target.quantity.rawValue), found 8-bit values")
    }
    var image = try read(target.image, encoding: .linear, as: nil, film: film)
    let layer = target.quantity == .depth ? ["depth.T"] : ["normal.X", "normal.Y", "normal.Z"]
    let channels = layer.allSatisfy(image.channels.contains) ? layer : ["R", "G", "B"]
    do { image = try image.converted(to: channels, name: target.image) } catch {
      throw InverseError(.invalidProblem, error.description)
    }
    guard channels.count == 1 else { return image }
    return Image(width: image.width, height: image.height, values: image.values.flatMap { [$0, $0, $0] })
  }

  /// - Parameter channels: `nil` for those of the file.
  private static func read(
    _ path: String, encoding: Encoding, as channels: [String]?, film: Film
  ) throws(InverseError) -> Image {
    let image: Image
    do {
      let stored = try Image.read(path, encoding: encoding)
      image = try channels.map { names throws(ImageError) in try stored.converted(to: names, name: path) } ?? stored
    } catch {
      let code: InverseError.Code = error.code == .missingFile ? .missingFile : .invalidProblem
      throw InverseError(code, error.description)
    }
    guard image.width == film.width, image.height == film.height else {
      throw InverseError(
        .invalidProblem,
        "\(path): expected \(film.width)×\(film.height) pixels, the size of the film, found "
          + "\(image.width)×\(image.height); --size \(image.width)x\(image.height) renders at the picture's size")
    }
    return image
  }

  private static func lights(
    of target: Problem.Target, in structure: SceneStructure
  ) throws(InverseError) -> Set<Int>? {
    guard let names = target.lights else { return nil }
    let ids = structure.emitters.map(\.id)
    var lights: Set<Int> = []
    for name in names {
      guard let index = ids.firstIndex(of: name) else {
        let hint = Spelling.nearest(to: name, among: ids).map { ", did you mean '\($0)'?" } ?? ""
        throw InverseError(
          .invalidProblem,
          "\(target.place): expected one of \(ids.joined(separator: ", ")), found light '\(name)'\(hint)")
      }
      lights.insert(index)
    }
    return lights
  }

  private static func sensorIndex(
    of target: Problem.Target, at index: Int, of count: Int, in structure: SceneStructure
  ) throws(InverseError) -> Int {
    let ids = structure.sensors.map(\.id)
    let prefix = target.place.isEmpty ? target.image : target.place
    guard let name = target.sensor else {
      if ids.count == 1 || count == 1 { return 0 }
      if count == ids.count { return index }
      throw InverseError(
        .invalidProblem,
        "\(prefix): expected a sensor for each of \(count) targets, found \(ids.count) sensors and no name")
    }
    if let match = ids.firstIndex(of: name) { return match }
    if let position = Int(name), ids.indices.contains(position) { return position }
    let hint = Spelling.nearest(to: name, among: ids).map { ", did you mean '\($0)'?" } ?? ""
    throw InverseError(
      .invalidProblem, "\(prefix): expected one of \(ids.joined(separator: ", ")), found sensor '\(name)'\(hint)")
  }
}
