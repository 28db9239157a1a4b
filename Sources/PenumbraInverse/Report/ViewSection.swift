/// Target against render of one view: a slider, a flicker, and the difference.
struct ViewSection {
  let view: ViewResult
  /// Unique in the page.
  let identifier: String

  var html: String {
    let metrics = "PSNR \(DisplayNumber.fixed(view.psnr, 2)) dB · SSIM \(DisplayNumber.fixed(view.ssim, 4))"
    // Small pictures are shown with sharp pixels.
    let style = view.width < 200 ? " class=\"pixels\"" : ""
    return """
      <section class="view"><h3>\(HTML.escaped(view.name)) <span>\(metrics)</span></h3>
      <div\(style)><figure>
      <input type="checkbox" id="\(identifier)" class="flicker-switch"><div class="pair" style="--split:50%">
      \(HTML.image(view.targetPNG, alt: "Target"))\(HTML.image(view.renderPNG, alt: "Render", class: "over"))
      <input type="range" min="0" max="100" value="50" aria-label="Target or render"
      oninput="this.parentNode.style.setProperty('--split', this.value + '%')"></div>
      <figcaption><b>Render</b> left of the slider, <b>target</b> right of it.
      <label for="\(identifier)">Flicker</label></figcaption></figure>
      <figure>\(HTML.image(view.differencePNG, alt: "Difference"))
      <figcaption>|Render − target|, lightest = \(DisplayNumber.significant(Double(view.largestDifference), 3))
      </figcaption></figure></div></section>
      """
  }
}
