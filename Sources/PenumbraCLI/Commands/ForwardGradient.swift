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
    let work = RenderWork(scene: scene, settings: settings, file: command.scene, quiet: command.outputOptions.isQuiet)
    let (result, seconds) = try work.run { renderer, monitor throws(TransportError) in
      try renderer.forward(settings, tangent: tangent, breakdown: command.breakdown, monitor: monitor)
    }
    let image = Image(width: result.width, height: result.height, values: result.derivative)
    if Job.isFirst {
      do {
        try layered(result).write(to: command.output)
        try image.signedColor().write(to: picturePath)
      } catch { throw Failure(error) }
    }
    try command.outputOptions.writeJSON(work.json(result.statistics, seconds: seconds))
    work.finish("wrote \(command.output) and \(picturePath)")
  }

  /// The picture for people, beside the numbers.
  private var picturePath: String { command.output.dropLast(".exr".count) + ".png" }

  /// The derivative with its parts as layers, `interior.R`, ….
  private func layered(_ result: ForwardDerivative) -> Image {
    let names = ["R", "G", "B"] + result.parts.flatMap { part in ["R", "G", "B"].map { "\(part.name).\($0)" } }
    var image = Image(width: result.width, height: result.height, channels: names, repeating: 0)
    for (position, values) in ([result.derivative] + result.parts.map(\.values)).enumerated() {
      for pixel in 0..<image.pixelCount {
        for c in 0..<3 { image.values[pixel * names.count + 3 * position + c] = values[3 * pixel + c] }
      }
    }
    return image
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
