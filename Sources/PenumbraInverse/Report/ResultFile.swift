/// `result.json`: what a program wants to know about a finished run.
struct ResultFile {
  let outcome: RunOutcome

  /// Elements of a parameter up to which its values are listed; larger ones are in the written scene.
  static let largestListed = 64

  var json: JSON {
    let state = outcome.state
    let rows = state.history.rows
    var members: [(String, JSON)] = [
      ("optimizer", .string(state.choice.kind.rawValue)),
      ("optimizer_reason", .string(state.choice.reason)),
      ("iterations", .integer(state.iteration)),
      ("renders", .integer(state.renders)),
      ("samples_per_pixel", .integer(state.samplesPerPixel)),
      ("stopped", .string(state.verdict ?? "all iterations done")),
      (
        "loss",
        .object([
          ("first", rows.first.map { .double($0.loss) } ?? .null),
          ("last", rows.last.map { .double($0.loss) } ?? .null),
        ])
      ),
      ("dropped_gradients", .integer(state.droppedGradients)),
      ("dropped_pixels", .integer(outcome.droppedPixels)),
      ("views", .array(outcome.views.map(Self.json))),
    ]
    if !outcome.heldOut.isEmpty { members.append(("held_out", .array(outcome.heldOut.map(Self.json)))) }
    members.append(("parameters", .object(parameters)))
    if let uncertainty = outcome.uncertainty {
      members.append(("correlations", .array(uncertainty.correlations.map(Self.json))))
      members.append(("undetermined", .array(uncertainty.nullDirections.map { .string($0.text) })))
      let unexplained = uncertainty.unexplained
      members.append(
        (
          "unexplained",
          .object([
            ("agreement", .float(Float(unexplained.agreement))),
            ("correlation", .float(Float(unexplained.correlation))), ("significant", .bool(unexplained.isSignificant)),
          ])
        ))
    }
    if let posterior = outcome.posterior { members.append(("posterior", json(posterior))) }
    return .object(members)
  }

  private var parameters: [(String, JSON)] {
    let values = outcome.state.values
    return zip(outcome.unknowns.slices, outcome.unknowns.positions).filter { $0.1.count <= Self.largestListed }.map {
      slice, positions in
      var members = [("value", JSON.numbers(values[positions], scalar: slice.shape.isEmpty))]
      if let uncertainty = outcome.uncertainty {
        // Shortest decimals of a Float are as many digits as an error of an error is worth.
        let errors = uncertainty.standardErrors[positions].map { $0.map { JSON.float(Float($0)) } ?? .null }
        members.append(("standard_error", slice.shape.isEmpty ? errors.first ?? .null : .array(errors)))
      }
      return (slice.name, .object(members))
    }
  }

  /// Means, deviations and limits by key, and the bound of the evidence.
  private func json(_ posterior: Posterior) -> JSON {
    var members: [(String, JSON)] = [("log_evidence", .double(posterior.evidence))]
    for (slice, positions) in zip(outcome.unknowns.slices, outcome.unknowns.positions) {
      func numbers(_ values: [Double]) -> JSON {
        JSON.numbers(values[positions].map { Float($0) }[...], scalar: slice.shape.isEmpty)
      }
      members.append(
        (
          slice.name,
          .object([
            ("mean", numbers(posterior.means)), ("standard_deviation", numbers(posterior.standardDeviations)),
            ("lower", numbers(posterior.intervals.map(\.lowerBound))),
            ("upper", numbers(posterior.intervals.map(\.upperBound))),
          ])
        ))
    }
    return .object(members)
  }

  private static func json(_ correlation: Uncertainty.Correlation) -> JSON {
    .object([
      ("between", .array([.string(correlation.first), .string(correlation.second)])),
      ("coefficient", .float(Float(correlation.coefficient))),
    ])
  }

  private static func json(_ view: ViewResult) -> JSON {
    .object([
      ("image", .string(view.name)), ("sensor", .string(view.sensor)), ("psnr", .double(view.psnr)),
      ("ssim", .double(view.ssim)),
    ])
  }
}
