import PenumbraImages

/// How well one view was matched, with its pictures as PNG files in memory.
struct ViewResult {
  let name: String
  /// Id of the sensor.
  let sensor: String
  let psnr: Double
  let ssim: Double
  let rendered: Image
  let targetPNG: [UInt8]
  let renderPNG: [UInt8]
  /// |render − target| of linear values in false colour; the lightest colour is the largest difference.
  let differencePNG: [UInt8]
  let width: Int
  let height: Int
  /// The largest |render − target|, which the lightest colour of `differencePNG` stands for.
  let largestDifference: Float

  /// - Parameter rendered: linear RGB, shape [height × width × 3].
  init(_ view: TargetView, sensor: String, rendered values: [Float]) throws(InverseError) {
    name = view.name
    self.sensor = sensor
    (width, height) = (view.width, view.height)
    let target = Image(width: view.width, height: view.height, values: view.rgb)
    rendered = Image(width: view.width, height: view.height, values: values)
    do {
      let comparison = try ImageComparison(rendered, reference: target, name: view.name)
      (psnr, ssim) = (comparison.psnr, comparison.ssim)
      targetPNG = try target.encoded(as: .png)
      renderPNG = try rendered.encoded(as: .png)
      let difference = try Image.difference(rendered, reference: target, name: view.name)
      largestDifference = Self.scale(of: difference)
      differencePNG = try difference.falseColor(maximum: largestDifference).encoded(as: .png)
    } catch { throw InverseError(.failed, error.description) }
  }

  /// The largest finite difference, so that small ones are seen too; 1 for equal pictures.
  private static func scale(of difference: Image) -> Float {
    let largest = difference.values.reduce(Float(0)) { $1.isFinite ? max($0, $1) : $0 }
    return largest > 0 ? largest : 1
  }

  /// Writes `FOLDERNNN_{target,render,difference}.png` and the render as EXR.
  func write(into directory: OutputDirectory, folder: String, index: Int) throws(InverseError) {
    let number = String(index)
    let stem = folder + String(repeating: "0", count: max(0, 3 - number.count)) + number + "_"
    try directory.write(targetPNG, as: stem + "target.png")
    try directory.write(renderPNG, as: stem + "render.png")
    try directory.write(differencePNG, as: stem + "difference.png")
    let exr: [UInt8]
    do { exr = try rendered.encoded(as: .exr) } catch { throw InverseError(.failed, error.description) }
    try directory.write(exr, as: stem + "render.exr")
  }
}
