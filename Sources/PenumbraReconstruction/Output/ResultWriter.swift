import PenumbraImages
import PenumbraInverse
import PenumbraScenes
import PenumbraTransport

/// Writes a finished reconstruction, loads it again and compares its renders with the photos.
struct ResultWriter {
  let set: PhotoSet
  let object: TexturedMesh
  let appearance: Appearance
  let options: ReconstructionOptions
  let directory: OutputDirectory
  let monitor: ReconstructionMonitor

  func write(until deadline: Deadline) throws(ReconstructionError) -> JSON {
    let files = SceneFiles(object: object, appearance: appearance, photos: set.photos)
    for (path, bytes) in try files.files() { try write(bytes, path) }
    let renderer: Renderer
    do {
      let loaded = try SceneReader.load(path: directory.path(of: "scene.xml"))
      renderer = try Renderer(loaded.scene)
    } catch let error as SceneError { throw ReconstructionError(.failed, error.description) } catch let error
      as TransportError
    { throw ReconstructionError(error) } catch { throw ReconstructionError(.failed, "\(error)") }
    var metrics: [ViewMetrics] = []
    // Held-out photos first, with the most samples.
    let order = set.photos.indices.sorted {
      (set.photos[$0].isHeldOut ? 0 : 1, $0) < (set.photos[$1].isHeldOut ? 0 : 1, $1)
    }
    for (number, index) in order.enumerated() {
      var render = RenderSettings()
      render.sensor = index
      render.samplesPerPixel = set.photos[index].isHeldOut ? 64 : 16
      render.sampler = .sobol
      render.seed = options.seed
      render.threads = options.threads
      do {
        let picture = try renderer.render(render, monitor: RenderMonitor(isCancelled: monitor.isCancelled))
        metrics.append(try ViewMetrics(set.photos[index], rgb: picture.rgb, alpha: picture.alpha))
      } catch let error as TransportError { throw ReconstructionError(error) } catch let error as ReconstructionError {
        throw error
      } catch { throw ReconstructionError(.failed, "\(error)") }
      monitor.progress(Double(number + 1) / Double(order.count), "renders")
    }
    for (index, view) in metrics.enumerated() {
      let number = String(index)
      let stem = "renders/" + String(repeating: "0", count: max(0, 3 - number.count)) + number
      do {
        try write(try view.photo.encoded(as: .png), "\(stem)_photo.png")
        try write(try view.render.encoded(as: .png), "\(stem)_render.png")
      } catch let error as ImageError { throw ReconstructionError(error) } catch let error as ReconstructionError {
        throw error
      } catch { throw ReconstructionError(.failed, "\(error)") }
    }
    let result = ResultFile(metrics: metrics, object: object).json
    try write(Array((result.text + "\n").utf8), "result.json")
    return result
  }

  private func write(_ bytes: [UInt8], _ path: String) throws(ReconstructionError) {
    do { try directory.write(bytes, as: path) } catch { throw ReconstructionError(.unwritable, error.message) }
  }
}
