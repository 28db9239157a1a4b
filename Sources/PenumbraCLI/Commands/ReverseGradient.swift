import Penumbra

/// Reverse mode: an adjoint image to one array per key.
struct ReverseGradient {
  let command: GradientCommand

  /// Elements up to which a gradient is also listed in `gradient.json`.
  private static let largestListed = 64

  func run(keys: [String], adjointPath: String) throws(Failure) {
    guard !keys.isEmpty else { throw Failure(.usage, "--parameters: expected a key, found none") }
    let (scene, settings, slices) = try command.load(keys)
    let adjoint = try adjoint(adjointPath, film: scene.structure.sensors[settings.sensor].film)
    let work = RenderWork(scene: scene, settings: settings, file: command.scene, quiet: command.outputOptions.isQuiet)
    let (result, seconds) = try work.run { renderer, monitor throws(TransportError) in
      try renderer.reverse(settings, adjoint: adjoint, requested: slices.map(\.range), monitor: monitor)
    }
    try write(result.gradient, slices: slices)
    try command.outputOptions.writeJSON(work.json(result.statistics, seconds: seconds))
    work.finish("wrote \(slices.count == 1 ? "one gradient" : "\(slices.count) gradients") to \(command.output)")
  }

  private func adjoint(_ path: String, film: Film) throws(Failure) -> [Float] {
    let image: Image
    do { image = try Image.read(path, encoding: .linear).rgb(name: path) } catch { throw Failure(error) }
    guard image.width == film.width, image.height == film.height else {
      throw Failure(
        .data,
        "\(path): expected \(film.width)×\(film.height) pixels, the size of the film, "
          + "found \(image.width)×\(image.height)")
    }
    guard let index = image.values.firstIndex(where: { !$0.isFinite }) else { return image.values }
    throw Failure(
      .data,
      "\(path): expected finite values, found \(image.values[index]) at column \(index / 3 % image.width), "
        + "row \(index / 3 / image.width)")
  }

  private func write(_ gradient: [Float], slices: [DerivativeSlice]) throws(Failure) {
    do {
      let directory = try OutputDirectory(command.output, isWritten: Job.isFirst)
      var listed: [(String, JSON)] = []
      for slice in slices {
        let values = Array(gradient[slice.range])
        // A key is a file name here: what separates folders cannot stay.
        let name = slice.key.map { $0 == "/" ? "_" : String($0) }.joined()
        try directory.write(NPY.bytes(values, shape: slice.shape), as: "\(name).npy")
        if values.count <= Self.largestListed {
          listed.append((slice.key, .numbers(values, scalar: slice.shape.isEmpty)))
        }
      }
      try directory.write(JSON.object(listed).text + "\n", as: "gradient.json")
    } catch { throw Failure(error) }
  }
}
