import Foundation

/// 1 − SSIM, averaged over channels and weighted pixels: windows of 11 × 11 pixels with σ = 1.5 and range 1.
///
/// Variances are differences of nearly equal numbers, so that all of it is computed in `Double`.
///
/// - Source: Wang, Bovik, Sheikh & Simoncelli 2004; the derivative by the quotient rule through the window's means.
struct SSIMLoss {
  let space: LossSpace

  private static let c1 = 0.01 * 0.01
  private static let c2 = 0.03 * 0.03

  /// - Parameter levels: sizes of a pyramid over which the loss is averaged.
  func evaluate(_ rendered: [Float], _ target: LossTarget, levels: Int) -> (value: Double, adjoint: [Float]) {
    var x = [Float](repeating: 0, count: rendered.count)
    var slopes = x
    let y = target.rgb.map { $0.isFinite ? space.value($0) : 0 }
    for i in x.indices {
      let isMet = target.isMet(rendered[i], at: i) || !target.rgb[i].isFinite
      x[i] = isMet ? y[i] : space.value(rendered[i])
      slopes[i] = isMet ? 0 : space.slope(rendered[i])
    }
    var (value, adjoint) = level(x, y, target.width, target.height, target.fullWeights, levels: max(levels, 1))
    value /= Double(max(levels, 1))
    for i in adjoint.indices { adjoint[i] *= slopes[i] / Float(max(levels, 1)) }
    return (value, adjoint)
  }

  /// Sum over this size and the smaller ones, with the adjoint of x.
  private func level(
    _ x: [Float], _ y: [Float], _ width: Int, _ height: Int, _ weights: [Float], levels: Int
  ) -> (value: Double, adjoint: [Float]) {
    var (value, adjoint) = (0.0, [Float](repeating: 0, count: x.count))
    let total = weights.reduce(0.0) { $0 + Double($1) }
    guard total > 0 else { return (0, adjoint) }
    let window = GaussianWindow(width: width, height: height)
    for c in 0..<3 {
      let (a, b) = (Self.channel(c, of: x), Self.channel(c, of: y))
      let (own, derivative) = compare(a, b, weights.map { Double($0) / (3 * total) }, window)
      value += own
      for i in derivative.indices { adjoint[3 * i + c] = Float(derivative[i]) }
    }
    let reduction = PictureReduction(width: width, height: height, weights: weights)
    guard levels > 1, reduction.isUseful else { return (value, adjoint) }
    let smaller = level(
      reduction.apply(x, channels: 3), reduction.apply(y, channels: 3), reduction.reducedWidth, reduction.reducedHeight,
      reduction.reducedWeights, levels: levels - 1)
    let carried = reduction.transposed(smaller.adjoint, channels: 3)
    for i in adjoint.indices { adjoint[i] += carried[i] }
    return (value + smaller.value, adjoint)
  }

  /// Σ weight · (1 − S) over the pixels of one channel, with the adjoint of x.
  private func compare(
    _ x: [Double], _ y: [Double], _ weights: [Double], _ window: GaussianWindow
  ) -> (value: Double, adjoint: [Double]) {
    let (mx, my) = (window.blurred(x), window.blurred(y))
    let (xx, yy, xy) = (
      window.blurred(Self.product(x, x)), window.blurred(Self.product(y, y)), window.blurred(Self.product(x, y))
    )
    var value = 0.0
    // Adjoints of the three blurred pictures that depend on x.
    var (toMean, toSquare, toProduct) = (weights, weights, weights)
    for i in x.indices {
      let (a, b) = (2 * mx[i] * my[i] + Self.c1, 2 * (xy[i] - mx[i] * my[i]) + Self.c2)
      let (c, d) = (
        mx[i] * mx[i] + my[i] * my[i] + Self.c1, xx[i] - mx[i] * mx[i] + yy[i] - my[i] * my[i] + Self.c2
      )
      let similarity = a * b / (c * d)
      value += weights[i] * (1 - similarity)
      let (ofXY, ofXX) = (2 * a / (c * d), -similarity / d)
      let ofMean = 2 * my[i] * b / (c * d) - similarity * 2 * mx[i] / c - my[i] * ofXY - 2 * mx[i] * ofXX
      toMean[i] *= -ofMean
      toSquare[i] *= -ofXX
      toProduct[i] *= -ofXY
    }
    let (mean, square, product) = (
      window.transposed(toMean), window.transposed(toSquare), window.transposed(toProduct)
    )
    return (value, x.indices.map { mean[$0] + 2 * x[$0] * square[$0] + y[$0] * product[$0] })
  }

  private static func channel(_ c: Int, of values: [Float]) -> [Double] {
    stride(from: c, to: values.count, by: 3).map { Double(values[$0]) }
  }

  private static func product(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 * $1 } }
}

/// A Gaussian window of σ = 1.5 and radius 5 that is cut at the border of the picture and renormalised there.
struct GaussianWindow {
  let width: Int
  let height: Int
  private static let radius = 5
  private static let weights: [Double] = {
    let raw = (-radius...radius).map { exp(-Double($0 * $0) / (2 * 1.5 * 1.5)) }
    let sum = raw.reduce(0, +)
    return raw.map { $0 / sum }
  }()

  func blurred(_ values: [Double]) -> [Double] { filtered(filtered(values, false, false), true, false) }

  func transposed(_ values: [Double]) -> [Double] { filtered(filtered(values, true, true), false, true) }

  /// Along rows or columns: K x scaled by the reciprocal of the weight inside, or its transpose K (x scaled).
  private func filtered(_ values: [Double], _ isVertical: Bool, _ isTransposed: Bool) -> [Double] {
    let (count, lines) = isVertical ? (height, width) : (width, height)
    let (step, next) = isVertical ? (width, 1) : (1, width)
    let inside = (0..<count).map { i in
      1
        / (-Self.radius...Self.radius).reduce(0.0) { sum, k in
          (0..<count).contains(i + k) ? sum + Self.weights[k + Self.radius] : sum
        }
    }
    var result = [Double](repeating: 0, count: values.count)
    values.withUnsafeBufferPointer { values in
      for line in 0..<lines {
        let start = line * next
        for i in 0..<count {
          var sum = 0.0
          for j in max(i - Self.radius, 0)...min(i + Self.radius, count - 1) {
            sum += Self.weights[j - i + Self.radius] * values[start + j * step] * (isTransposed ? inside[j] : 1)
          }
          result[start + i * step] = isTransposed ? sum : sum * inside[i]
        }
      }
    }
    return result
  }
}
