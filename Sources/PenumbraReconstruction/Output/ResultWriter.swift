import Foundation
import PenumbraImages
import PenumbraInverse
import PenumbraScenes
import PenumbraTransport

/// Writes a finished reconstruction, loads it again and compares its renders with the photos.
struct ResultWriter {
  let set: PhotoSet
  let object: TexturedMesh
  /// `nil` for a scene that glows as it was lit.
  let appearance: Appearance?
  let options: ReconstructionOptions
  let directory: OutputDirectory
  let monitor: ReconstructionMonitor
  let journal: RunJournal
  /// To show the object under.
  let light: Surroundings?

  func write(until deadline: Deadline) throws(ReconstructionError) -> JSON {
    for (path, bytes) in try SceneFiles(object: object, appearance: appearance, photos: set.photos).files() {
      try write(bytes, path)
    }
    let loaded: LoadedScene
    do { loaded = try SceneReader.load(path: directory.path(of: "scene.xml")) } catch {
      throw ReconstructionError(.failed, error.description)
    }
    do { _ = try GLTFWriter.write(loaded.scene, toFile: directory.path(of: "scene.glb")) } catch {
      throw ReconstructionError(error)
    }
    let metrics = try compare(loaded.scene, until: deadline)
    try writeRenders(metrics)
    try writeTurntable()
    try writeRelit()
    let result = ResultFile(metrics: metrics, object: object, history: journal.all).json
    try write(Array((result.text + "\n").utf8), "result.json")
    try journal.write(metrics: metrics, isRunning: false)
    return result
  }

  private var renderMonitor: RenderMonitor { RenderMonitor(isCancelled: monitor.isCancelled) }

  /// Renders every photo's view of the scene as it was written; held-out ones first, with the most samples.
  private func compare(_ scene: Scene, until deadline: Deadline) throws(ReconstructionError) -> [ViewMetrics] {
    let renderer: Renderer
    do { renderer = try Renderer(scene) } catch { throw ReconstructionError(error) }
    let order = set.photos.indices.sorted {
      (set.photos[$0].isHeldOut ? 0 : 1, $0) < (set.photos[$1].isHeldOut ? 0 : 1, $1)
    }
    var metrics: [ViewMetrics] = []
    let counts = try sampleCounts(renderer, order, within: max(deadline.remaining, 0.02 * deadline.seconds))
    for (number, index) in order.enumerated() {
      var settings = RenderSettings()
      settings.sensor = index
      settings.samplesPerPixel = set.photos[index].isHeldOut ? counts.heldOut : counts.others
      (settings.sampler, settings.seed, settings.threads) = (.sobol, options.seed, options.threads)
      do {
        let picture = try renderer.render(settings, monitor: renderMonitor)
        metrics.append(try ViewMetrics(set.photos[index], rgb: picture.rgb, alpha: picture.alpha))
      } catch let error as TransportError { throw ReconstructionError(error) } catch let error as ReconstructionError {
        throw error
      } catch { throw ReconstructionError(.failed, "\(error)") }
      monitor.progress(deadline.fraction, "rendering view \(number + 1) of \(order.count)")
    }
    return metrics
  }

  /// Samples per pixel that fit the time: held-out views get four times as many.
  private func sampleCounts(_ renderer: Renderer, _ order: [Int], within seconds: Double) throws(ReconstructionError)
    -> (heldOut: Int, others: Int)
  {
    guard let first = order.first else { return (4, 4) }
    let trial = Deadline(seconds: .infinity)
    var settings = RenderSettings()
    (settings.sensor, settings.samplesPerPixel, settings.threads) = (first, 2, options.threads)
    do { _ = try renderer.render(settings, monitor: renderMonitor) } catch { throw ReconstructionError(error) }
    let perSample = trial.elapsed / 2
    let heldOut = set.photos.count(where: \.isHeldOut)
    // One unit: a sample per pixel of each other view, four of each held-out one.
    let unit = perSample * Double(4 * heldOut + set.photos.count - heldOut)
    var count = 1
    while count < 32, Double(2 * count) * unit < 0.8 * seconds { count *= 2 }
    // Noise must not be what held-out views are judged by.
    return (max(4 * count, appearance == nil ? 8 : 32), max(count, 2))
  }

  private func writeRenders(_ metrics: [ViewMetrics]) throws(ReconstructionError) {
    for (index, view) in metrics.enumerated() {
      for (image, kind) in [(view.photo, "photo"), (view.render, "render")] {
        let bytes: [UInt8]
        do { bytes = try image.encoded(as: .png) } catch { throw ReconstructionError(error) }
        try write(bytes, "renders/\(Self.number(index))_\(kind).png")
      }
    }
  }

  private func writeTurntable() throws(ReconstructionError) {
    guard options.turntable > 0 else { return }
    try makeFolder("turntable")
    let table = Turntable(object: object, photos: set.training)
    try table.render(
      table.cameras(options.turntable), try table.scene(table.cameras(options.turntable), appearance, light: nil),
      samples: 32, threads: options.threads,
      monitor: renderMonitor
    ) { index, bytes throws(ReconstructionError) in try write(bytes, "turntable/\(Self.number(index)).png") }
  }

  /// The held-out views, or the first ones, under another light.
  private func writeRelit() throws(ReconstructionError) {
    guard let light, let appearance else { return }
    try makeFolder("relit")
    let heldOut = set.photos.filter(\.isHeldOut)
    let views = heldOut.isEmpty ? Array(set.photos.prefix(4)) : heldOut
    let table = Turntable(object: object, photos: views)
    try table.render(
      views.map(\.camera), try table.scene(views.map(\.camera), appearance, light: light), samples: 64,
      threads: options.threads, monitor: renderMonitor
    ) { index, bytes throws(ReconstructionError) in try write(bytes, "relit/\(Self.number(index)).png") }
  }

  private func makeFolder(_ name: String) throws(ReconstructionError) {
    do { _ = try OutputDirectory(directory.path, subfolders: [name]) } catch {
      throw ReconstructionError(.unwritable, error.message)
    }
  }

  private func write(_ bytes: [UInt8], _ path: String) throws(ReconstructionError) {
    do { try directory.write(bytes, as: path) } catch { throw ReconstructionError(.unwritable, error.message) }
  }

  private static func number(_ index: Int) -> String {
    let digits = String(index)
    return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}
