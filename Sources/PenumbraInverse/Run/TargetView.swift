import PenumbraImages
public import PenumbraTransport

/// One view of a problem, loaded: what a sensor should see.
public struct TargetView: Sendable {
  /// The target's file name without folders, for reports.
  public let name: String
  /// Position in `SceneStructure.sensors`.
  public let sensor: Int
  public let width: Int
  public let height: Int
  /// Linear RGB, shape [height × width × 3].
  public let rgb: [Float]
  /// Weight per pixel in 0...1 from the mask, shape [height × width]; empty for 1 everywhere.
  public let weights: [Float]
  /// Positions in `SceneStructure.emitters` of the lights that were on; `nil` for all.
  public let lights: Set<Int>?

  /// Loads every target and checks it against its sensor's film.
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
    lights = try Self.lights(of: target, in: structure)
    let image = try Self.read(target.image, encoding: target.encoding, as: ["R", "G", "B"], film: film)
    name = target.image.split(separator: "/").last.map(String.init) ?? target.image
    self.sensor = sensor
    (width, height, rgb) = (image.width, image.height, image.values)
    if let index = rgb.firstIndex(where: { !$0.isFinite }) {
      let pixel = index / 3
      throw InverseError(
        .invalidProblem,
        "\(target.image): expected finite values, found \(rgb[index]) at column \(pixel % width), row \(pixel / width)")
    }
    // Masks hold weights, not light: no decoding.
    guard let mask = target.mask else {
      weights = []
      return
    }
    weights = try Self.read(mask, encoding: .linear, as: ["Y"], film: film).values
  }

  private static func read(
    _ path: String, encoding: Encoding, as channels: [String], film: Film
  ) throws(InverseError) -> Image {
    let image: Image
    do { image = try Image.read(path, encoding: encoding).converted(to: channels, name: path) } catch {
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
