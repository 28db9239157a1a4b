/// `result.json`: what a program wants to know about a finished run.
struct ResultFile {
  let state: Optimization
  let unknowns: Unknowns
  let views: [ViewResult]

  /// Elements of a parameter up to which its values are listed; larger ones are in the written scene.
  static let largestListed = 64

  var json: JSON {
    let rows = state.history.rows
    let parameters = zip(unknowns.slices, unknowns.positions).filter { $0.1.count <= Self.largestListed }.map {
      slice, positions in
      let value = JSON.numbers(state.values[positions], scalar: slice.shape.isEmpty)
      return (slice.name, JSON.object([("value", value)]))
    }
    return .object([
      ("optimizer", .string("adam")),
      ("iterations", .integer(state.iteration)),
      (
        "loss",
        .object([
          ("first", rows.first.map { .double($0.loss) } ?? .null),
          ("last", rows.last.map { .double($0.loss) } ?? .null),
        ])
      ),
      ("dropped_gradients", .integer(state.adam.droppedGradients)),
      ("views", .array(views.map(Self.json))),
      ("parameters", .object(parameters)),
    ])
  }

  private static func json(_ view: ViewResult) -> JSON {
    .object([
      ("image", .string(view.name)), ("sensor", .string(view.sensor)), ("psnr", .double(view.psnr)),
      ("ssim", .double(view.ssim)),
    ])
  }
}
