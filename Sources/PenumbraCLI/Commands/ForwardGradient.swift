import Penumbra

/// Forward mode: one direction in parameter space to a signed derivative image.
struct ForwardGradient {
  let command: GradientCommand

  func run() throws(Failure) {
    guard try OutputCheck.imageFormat(of: command.output) == .exr else {
      throw Failure(.usage, "\(command.output): expected an .exr file, since derivatives have signs")
    }
    let (scene, settings, slices) = try command.load(command.parameter)
    let tangent = try tangent(slices, count: scene.theta.count)
    let work = RenderWork(scene: scene, settings: settings, file: command.scene, quiet: command.outputOptions.quiet)
    let (result, seconds) = try work.run { renderer, monitor throws(TransportError) in
      try renderer.forward(settings, tangent: tangent, monitor: monitor)
    }
    let image = Image(width: result.width, height: result.height, values: result.derivative)
    do { try image.write(to: command.output) } catch { throw Failure(error) }
    try command.outputOptions.writeJSON(work.json(result.statistics, seconds: seconds))
    work.finish("wrote \(command.output)")
  }

  /// θ̇, laid out like θ: the values of all `--direction` options, one after the other, at the elements asked for.
  private func tangent(_ slices: [DerivativeSlice], count: Int) throws(Failure) -> [Float] {
    var values: [Float] = []
    for text in command.direction {
      values += try NumberList.parse(text, option: "\(command.scene): --direction")
    }
    if values.isEmpty {
      if let slice = slices.first(where: { $0.range.count != 1 }) {
        throw Failure(
          .usage,
          "\(command.scene): '\(slice.key)' has \(slice.range.count) elements; name one as \(slice.key)[0], "
            + "or give --direction with \(slice.range.count) values")
      }
      values = Array(repeating: 1, count: slices.count)
    }
    let elements = slices.flatMap(\.range)
    guard elements.count == values.count else {
      throw Failure(
        .usage,
        "\(command.scene): --direction: expected \(elements.count) values, one per element, found \(values.count)")
    }
    var tangent = [Float](repeating: 0, count: count)
    for (element, value) in zip(elements, values) { tangent[element] += value }
    return tangent
  }
}
