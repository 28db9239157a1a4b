/// What a sample on the film is weighted with.
enum FilmWeight: UInt8 {
  /// The reconstruction filter h(pixel centre − p).
  case value
  /// ∂h/∂p.x and ∂h/∂p.y, per pixel, where h is smooth.
  case slopeX, slopeY
}

/// A rectangle of the film, in pixels.
struct FilmRegion {
  let low: SIMD2<Float>
  let high: SIMD2<Float>

  @inline(__always) func contains(_ p: SIMD2<Float>) -> Bool {
    p.x >= low.x && p.y >= low.y && p.x <= high.x && p.y <= high.y
  }
}

/// The pixels that a point of the film contributes to, with the weights of the reconstruction filter: Σ over pixels of
/// h(pixel centre − p), where h integrates to 1 over the film in pixels.
struct FilmFootprint {
  let width: Int
  let height: Int
  private let filter: ReconstructionFilter
  /// The window's corner on the whole film.
  private let corner: SIMD2<Float>
  /// Half-width in pixels.
  let radius: Float
  private let normalisation: Float
  private let border: FilmBorder
  /// Positions, in pixels of the whole film, that may contribute to the picture.
  let region: FilmRegion
  /// Whether every point is all of its own pixel's.
  private let isOnePixel: Bool

  init(_ film: Film) {
    width = film.width
    height = film.height
    filter = film.filter
    corner = SIMD2(Float(film.crop?.x ?? 0), Float(film.crop?.y ?? 0))
    radius = film.filter.radius
    border = FilmBorder(film)
    let margin = SIMD2(repeating: border.isOpen ? radius : 0)
    region = FilmRegion(low: corner - margin, high: corner + SIMD2(Float(width), Float(height)) + margin)
    if case .box(0.5) = film.filter { isOnePixel = true } else { isOnePixel = false }
    // The integral by Simpson's rule, fine enough for kinks at whole and half pixels.
    let steps = 2048
    let h = 2 * Double(radius) / Double(steps)
    var sum = 0.0
    for i in 0..<steps {
      let a = -Double(radius) + Double(i) * h
      sum +=
        (Double(film.filter.weight(Float(a + 1e-9))) + 4 * Double(film.filter.weight(Float(a + h / 2)))
          + Double(film.filter.weight(Float(a + h - 1e-9)))) * h / 6
    }
    normalisation = Float(1 / sum)
  }

  /// Whole pixels of the film, low end included, that contain every point which contributes to the picture.
  var window: (low: SIMD2<Int>, high: SIMD2<Int>) {
    let margin = Int((radius - 0.5).rounded(.up))
    let low = SIMD2(Int(corner.x) - margin, Int(corner.y) - margin)
    return (low, SIMD2(Int(corner.x) + width + margin, Int(corner.y) + height + margin))
  }

  /// Whether the weight jumps where a pixel's support ends, and is constant inside.
  var hasJumps: Bool { if case .box = filter { true } else { false } }

  /// Calls `body` with points on the lines where weights jump, one for each line that belongs to a square of one pixel,
  /// and with a step to either side of it.
  ///
  /// - Parameters:
  ///   - pixel: a position in the square; it stays along the line.
  ///   - axis: across the lines.
  @inline(__always)
  func forEachJump(inSquareOf pixel: SIMD2<Float>, axis: Int, _ body: (SIMD2<Float>, _ step: Float) -> Void) {
    let low = pixel[axis].rounded(.down)
    func visit(_ line: Float) {
      var place = pixel
      place[axis] = line
      body(place, 0x1p-9)
    }
    if hasJumps {
      // Where the support of the square's own pixel begins, and where it ends.
      visit(low + 0.5 - radius)
      if 2 * radius != (2 * radius).rounded() { visit(low + 0.5 + radius) }
      if 2 * radius == (2 * radius).rounded() && radius.truncatingRemainder(dividingBy: 1) == 0.5 { return }
    }
    guard !border.isOpen else { return }
    let extent = axis == 0 ? Float(width) : Float(height)
    if low == corner[axis] || low == corner[axis] + extent { visit(low) }
  }

  /// Whether `position`, in pixels of the whole film, may contribute to the picture.
  @inline(__always) func contains(_ position: SIMD2<Float>) -> Bool { region.contains(position) }

  /// Σ h² over the pixels of a point in the middle of a picture: the part of a point's square that the picture keeps.
  var spread: Double {
    let reach = Int(radius.rounded(.up))
    var sum = 0.0
    for i in -reach...reach {
      let weight = Double(filter.weight(Float(i)) * normalisation)
      sum += weight * weight
    }
    return sum * sum
  }

  /// Calls `body` with the row-major index and weight of every pixel of the picture that `position`, in pixels of the
  /// whole film, contributes to.
  ///
  /// - Parameter weight: the filter, or its derivative by the position.
  @inline(__always) func forEach(at position: SIMD2<Float>, _ weight: FilmWeight = .value, _ body: (Int, Float) -> Void)
  {
    let p = position - corner
    if isOnePixel {
      guard weight == .value, p.x >= 0, p.y >= 0, p.x < Float(width), p.y < Float(height) else { return }
      return body(Int(p.y) * width + Int(p.x), 1)
    }
    // No sample lies beyond the picture where its border is closed.
    guard border.isOpen || (p.x >= 0 && p.y >= 0 && p.x <= Float(width) && p.y <= Float(height)) else { return }
    let low = SIMD2((p.x - radius - 0.5).rounded(.up), (p.y - radius - 0.5).rounded(.up))
    let high = SIMD2((p.x + radius - 0.5).rounded(.down), (p.y + radius - 0.5).rounded(.down))
    guard low.x <= high.x, low.y <= high.y, abs(low.x) < 1e6, abs(low.y) < 1e6 else { return }
    for y in max(Int(low.y), 0)..<max(min(Int(high.y) + 1, height), max(Int(low.y), 0)) {
      let dy = Float(y) + 0.5 - p.y
      let wy = (weight == .slopeY ? -filter.slope(dy) : filter.weight(dy)) * normalisation
      for x in max(Int(low.x), 0)..<max(min(Int(high.x) + 1, width), max(Int(low.x), 0)) {
        let dx = Float(x) + 0.5 - p.x
        let wx = weight == .slopeX ? -filter.slope(dx) : filter.weight(dx)
        body(y * width + x, wx * normalisation * wy * border.normalisation(x: x, y: y))
      }
    }
  }
}

import Foundation

extension ReconstructionFilter {
  /// Half-width in pixels.
  var radius: Float {
    switch self {
    case .box(let radius), .tent(let radius): radius
    case .gaussian(let sigma): 4 * sigma
    case .mitchell, .catmullRom: 2
    case .lanczos(let lobes): Float(lobes)
    }
  }

  /// Value along one axis, not normalised; the filter is the product of both axes.
  func weight(_ x: Float) -> Float {
    let distance = abs(x)
    guard distance <= radius else { return 0 }
    switch self {
    case .box: return 1
    case .tent(let radius): return 1 - distance / radius
    case .gaussian(let sigma): return max(exp(-x * x / (2 * sigma * sigma)) - exp(-8), 0)
    case .mitchell(let b, let c): return Float(SignedFilter.mitchell(Double(distance), Double(b), Double(c)))
    case .catmullRom: return Float(SignedFilter.mitchell(Double(distance), 0, 0.5))
    case .lanczos(let lobes):
      return Float(SignedFilter.sinc(Double(x)) * SignedFilter.sinc(Double(x) / Double(lobes)))
    }
  }
}

extension ReconstructionFilter {
  /// Derivative of `weight` where it is smooth.
  func slope(_ x: Float) -> Float {
    let distance = abs(x)
    guard distance <= radius, distance > 0 else { return 0 }
    let side: Float = x < 0 ? -1 : 1
    switch self {
    case .box: return 0
    case .tent(let radius): return -side / radius
    case .gaussian(let sigma): return -x / (sigma * sigma) * exp(-x * x / (2 * sigma * sigma))
    case .mitchell(let b, let c):
      return side * Float(SignedFilter.mitchellSlope(Double(distance), Double(b), Double(c)))
    case .catmullRom: return side * Float(SignedFilter.mitchellSlope(Double(distance), 0, 0.5))
    case .lanczos(let lobes):
      let (x, n) = (Double(x), Double(lobes))
      return Float(
        SignedFilter.sincSlope(x) * SignedFilter.sinc(x / n) + SignedFilter.sinc(x) * SignedFilter.sincSlope(x / n) / n)
    }
  }
}
