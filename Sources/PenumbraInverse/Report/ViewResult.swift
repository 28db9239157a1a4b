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
  /// |render − target| of linear values as false colour.
  let differencePNG: [UInt8]

  /// - Parameter rendered: linear RGB, shape [height × width × 3].
  init(_ view: TargetView, sensor: String, rendered values: [Float]) throws(InverseError) {
    name = view.name
    self.sensor = sensor
    let target = Image(width: view.width, height: view.height, values: view.rgb)
    rendered = Image(width: view.width, height: view.height, values: values)
    do {
      psnr = try Metrics.psnr(rendered, target)
      ssim = try Metrics.ssim(rendered, target)
      targetPNG = try target.encoded(as: .png)
      renderPNG = try rendered.encoded(as: .png)
      differencePNG = try FalseColor.difference(rendered, target).encoded(as: .png)
    } catch { throw InverseError(.failed, error.description) }
  }

  /// Writes `renders/NNN_{target,render,difference}.png` and the render as EXR.
  func write(into directory: OutputDirectory, index: Int) throws(InverseError) {
    let number = String(index)
    let stem = "renders/" + String(repeating: "0", count: max(0, 3 - number.count)) + number + "_"
    try directory.write(targetPNG, as: stem + "target.png")
    try directory.write(renderPNG, as: stem + "render.png")
    try directory.write(differencePNG, as: stem + "difference.png")
    let exr: [UInt8]
    do { exr = try rendered.encoded(as: .exr) } catch { throw InverseError(.failed, error.description) }
    try directory.write(exr, as: stem + "render.exr")
  }
}
