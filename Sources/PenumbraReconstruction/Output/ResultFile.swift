import PenumbraInverse

/// `result.json`: what a program wants to know about a finished reconstruction.
struct ResultFile {
  /// Held-out views first.
  let metrics: [ViewMetrics]
  let object: TexturedMesh
  let history: [RunJournal.Row]

  var json: JSON {
    let topology = MeshTopology(object.mesh)
    return .object([
      ("held_out", means(metrics.filter(\.isHeldOut))),
      ("training", means(metrics.filter { !$0.isHeldOut })),
      (
        "loss",
        .object([
          ("first", history.first.map { .double($0.loss) } ?? .null),
          ("last", history.last.map { .double($0.loss) } ?? .null),
        ])
      ),
      ("iterations", .integer(history.count)),
      (
        "mesh",
        .object([
          ("vertices", .integer(topology.vertexCount)), ("triangles", .integer(topology.triangleCount)),
          ("watertight", .bool(topology.isWatertight)),
          ("euler_characteristic", .integer(topology.eulerCharacteristic)),
        ])
      ),
      ("views", .array(metrics.map(Self.json))),
    ])
  }

  private func means(_ views: [ViewMetrics]) -> JSON {
    guard !views.isEmpty else { return .null }
    func mean(_ values: [Double]) -> JSON {
      values.isEmpty ? .null : .double(values.reduce(0, +) / Double(values.count))
    }
    return .object([
      ("views", .integer(views.count)), ("psnr", mean(views.map(\.psnr))),
      ("psnr_mask", mean(views.compactMap(\.psnrInMask))), ("ssim", mean(views.map(\.ssim))),
      ("iou", mean(views.compactMap(\.overlap))),
    ])
  }

  private static func json(_ view: ViewMetrics) -> JSON {
    func number(_ value: Double?) -> JSON { value.map { .double($0) } ?? .null }
    return .object([
      ("image", .string(view.name)), ("held_out", .bool(view.isHeldOut)), ("psnr", .double(view.psnr)),
      ("psnr_mask", number(view.psnrInMask)), ("psnr_linear", .double(view.psnrLinear)), ("ssim", .double(view.ssim)),
      ("iou", number(view.overlap)),
    ])
  }
}
