import Foundation

/// The built `penumbra`, run in a folder of its own that is removed afterwards.
final class Executable {
  struct Result {
    var status: Int32
    var output: String
    var errors: String
  }

  let folder: URL
  private let binary: URL

  /// - Returns: `nil` where the executable is not beside the test bundle.
  init?() throws {
    // SwiftPM puts products next to the test bundle; on Linux the bundle is the running executable.
    let beside = Bundle.main.executableURL?.deletingLastPathComponent()
    guard let binary = beside?.appendingPathComponent("penumbra"),
      FileManager.default.isExecutableFile(atPath: binary.path)
    else { return nil }
    self.binary = binary
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("penumbra-cli-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  func contents(_ name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name)) }

  func write(_ text: String, as name: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  /// Runs `penumbra` with words separated by spaces.
  ///
  /// - Parameter environment: variables beside those of this process.
  func run(_ line: String, environment: [String: String] = [:]) throws -> Result {
    let process = Process()
    process.executableURL = binary
    process.arguments = line.split(separator: " ").map(String.init)
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files rather than pipes: a full pipe would block the process.
    for name in ["stdout", "stderr"] { try write("", as: name) }
    process.standardOutput = try FileHandle(forWritingTo: folder.appendingPathComponent("stdout"))
    process.standardError = try FileHandle(forWritingTo: folder.appendingPathComponent("stderr"))
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: String(decoding: try contents("stdout"), as: UTF8.self),
      errors: String(decoding: try contents("stderr"), as: UTF8.self))
  }

  /// Starts `penumbra` and kills it with SIGKILL after a while, if it still runs.
  func kill(_ line: String, after milliseconds: Int) throws {
    let process = Process()
    process.executableURL = binary
    process.arguments = line.split(separator: " ").map(String.init)
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
    if process.isRunning { sendSignal(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// A grey floor under a lamp, 16×16 pixels.
  static let scene = """
    <scene version="3.0.0">
      <integrator type="path"><integer name="max_depth" value="3"/></integrator>
      <sensor type="perspective" id="camera">
        <float name="fov" value="40"/>
        <transform name="to_world"><lookat origin="0,2,4" target="0,0,0" up="0,1,0"/></transform>
        <film type="hdrfilm"><integer name="width" value="16"/><integer name="height" value="16"/>
          <rfilter type="box"/></film>
        <sampler type="independent"><integer name="sample_count" value="4"/></sampler>
      </sensor>
      <shape type="rectangle" id="floor">
        <transform name="to_world"><rotate x="1" angle="-90"/><scale value="2"/></transform>
        <bsdf type="diffuse" id="grey"><rgb name="reflectance" value="0.5,0.5,0.5"/></bsdf>
      </shape>
      <emitter type="point" id="lamp"><point name="position" x="0" y="3" z="0"/>
        <rgb name="intensity" value="20,20,20"/></emitter>
    </scene>
    """
}

/// kill(2), whose name the class has a method of.
private func sendSignal(_ process: Int32, _ signal: Int32) { _ = kill(process, signal) }
