import ArgumentParser
import Penumbra

/// `penumbra compare`: how far two pictures are apart.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Measure how far two pictures are apart.",
    discussion: """
      B is the reference of the relative error. Metrics are computed on linear RGB, SSIM and FLIP as a viewer sees it. \
      The lightest false colour stands for a difference of 1 or more.

      EXAMPLES:
        penumbra compare render.exr reference.exr
        penumbra compare render.png photo.png -o difference.png --json metrics.json
      """)

  @Argument(help: "Picture.")
  var image: String

  @Argument(help: "Reference of the same size.")
  var reference: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Write the difference in false colour.", valueName: "diff.png"))
  var output: String?

  @OptionGroup(title: "Output options") var outputOptions: OutputOptions

  func run() throws {
    if let output { _ = try OutputCheck.imageFormat(of: output) }
    do {
      let a = try Image.read(image).rgb(name: image)
      let b = try Image.read(reference).rgb(name: reference)
      let comparison = try ImageComparison(a, reference: b, name: image)
      if let output {
        try Image.difference(a, reference: b, name: image).falseColor().write(to: output)
      }
      let metrics: [(name: String, title: String, value: Double)] = [
        ("rmse", "RMSE", comparison.rmse), ("relative_mse", "relative MSE", comparison.relativeMSE),
        ("psnr", "PSNR [dB]", comparison.psnr), ("psnr_srgb", "PSNR sRGB [dB]", comparison.psnrSRGB),
        ("ssim", "SSIM", comparison.ssim), ("flip", "FLIP", comparison.flip),
      ]
      try outputOptions.writeJSON(.object(metrics.map { ($0.name, .double($0.value)) }))
      if outputOptions.json != "-" { StandardOutput.write(Self.table(metrics)) }
    } catch let error as ImageError { throw Failure(error) }
  }

  private static func table(_ metrics: [(name: String, title: String, value: Double)]) -> String {
    var table = TextTable(header: ["METRIC", "VALUE"])
    for metric in metrics { table.add([metric.title, DisplayNumber.significant(metric.value, 6)]) }
    return table.text
  }
}
