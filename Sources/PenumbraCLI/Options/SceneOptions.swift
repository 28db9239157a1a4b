import ArgumentParser
import Penumbra

/// Which scene, and what to change in it.
struct SceneOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Override the film size.", valueName: "WxH"))
  var size: FilmSize?

  @Option(help: ArgumentHelp("Which sensor, by id or position (default: the first).", valueName: "id|index"))
  var sensor: String?

  @Option(
    name: .customShort("D"),
    help: ArgumentHelp("Replace a <default name=…> of the scene file; repeatable.", valueName: "name=value"))
  var defines: [Assignment] = []

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Override a scene parameter, e.g. red.reflectance.value=0.6,0.1,0.1; repeatable.", valueName: "key=value"))
  var assignments: [Assignment] = []

  /// Reads the scene and applies every override.
  func load(_ path: String) throws(Failure) -> LoadedScene {
    let options = SceneLoadOptions(
      defines: Dictionary(defines.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last }),
      filmSize: size.map { ($0.width, $0.height) })
    var loaded: LoadedScene
    do { loaded = try SceneReader.load(path: path, options: options) } catch { throw Failure(error) }
    for assignment in assignments {
      do { try loaded.scene.set(assignment.name, to: assignment.value) } catch {
        throw Failure(.usage, "\(path): \(error.description)")
      }
    }
    return loaded
  }

  /// Positions of the sensors asked for: one, or all of a batch whose pictures stand side by side.
  func sensorIndices(in structure: SceneStructure, path: String) throws(Failure) -> [Int] {
    let sensors = structure.sensors
    let batch = sensor == nil ? sensors.first?.batch : sensors.first { $0.batch == sensor }?.batch
    if let batch { return sensors.indices.filter { sensors[$0].batch == batch } }
    return [try sensorIndex(in: structure, path: path)]
  }

  /// Position of the sensor asked for.
  func sensorIndex(in structure: SceneStructure, path: String) throws(Failure) -> Int {
    let ids = structure.sensors.map(\.id)
    guard !ids.isEmpty else { throw Failure(.data, "\(path): expected a sensor, found none") }
    guard let sensor else { return 0 }
    if let match = ids.firstIndex(of: sensor) { return match }
    if let index = Int(sensor), ids.indices.contains(index) { return index }
    let hint = Spelling.nearest(to: sensor, among: ids).map { ", did you mean '\($0)'?" } ?? ""
    throw Failure(
      .usage,
      "\(path): --sensor: expected \(ids.joined(separator: ", ")) or an index in 0..<\(ids.count), "
        + "found '\(sensor)'\(hint)")
  }
}
