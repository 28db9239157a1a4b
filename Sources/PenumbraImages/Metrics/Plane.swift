/// One channel of a picture, for filtering.
struct Plane {
  /// What a filter sees beyond the border.
  enum Border {
    /// The nearest pixel of the picture.
    case replicate
    /// Nothing: the weights inside are scaled to keep their sum.
    case renormalize
  }

  let width: Int
  let height: Int
  var values: [Float]

  init(width: Int, height: Int, values: [Float]) {
    precondition(values.count == width * height, "\(values.count) values for \(width)×\(height)")
    (self.width, self.height, self.values) = (width, height, values)
  }

  /// The plane filtered by `horizontal` along rows and then by `vertical` along columns.
  func convolved(_ horizontal: Kernel, vertical: Kernel? = nil, border: Border = .replicate) -> Plane {
    alongRows(horizontal, border).alongColumns(vertical ?? horizontal, border)
  }

  private func alongRows(_ kernel: Kernel, _ border: Border) -> Plane {
    var result = Plane(width: width, height: height, values: [Float](repeating: 0, count: values.count))
    let scale = kernel.insideScale(count: width, border)
    var padded = [Float](repeating: 0, count: width + 2 * kernel.radius)
    for y in 0..<height {
      let row = y * width
      for i in padded.indices {
        let x = i - kernel.radius
        let isInside = x >= 0 && x < width
        padded[i] = isInside || border == .replicate ? values[row + min(max(x, 0), width - 1)] : 0
      }
      for (tap, weight) in kernel.weights.enumerated() {
        addScaled(padded[tap..<tap + width], weight, to: &result.values, at: row)
      }
      for x in 0..<width { result.values[row + x] *= scale[x] }
    }
    return result
  }

  private func alongColumns(_ kernel: Kernel, _ border: Border) -> Plane {
    var result = Plane(width: width, height: height, values: [Float](repeating: 0, count: values.count))
    let scale = kernel.insideScale(count: height, border)
    for y in 0..<height {
      for (tap, weight) in kernel.weights.enumerated() {
        let from = y + tap - kernel.radius
        guard border == .replicate || (0..<height).contains(from) else { continue }
        let row = min(max(from, 0), height - 1) * width
        addScaled(values[row..<row + width], weight * scale[y], to: &result.values, at: y * width)
      }
    }
    return result
  }

  /// sum[start + i] += weight · source[i]; without bounds checks inside, because this is where filters spend their time.
  private func addScaled(_ source: ArraySlice<Float>, _ weight: Float, to sum: inout [Float], at start: Int) {
    let count = source.count
    precondition(start + count <= sum.count)
    source.withUnsafeBufferPointer { source in
      sum.withUnsafeMutableBufferPointer { sum in
        guard let from = source.baseAddress, let to = sum.baseAddress else { return }
        for i in 0..<count { to[start + i] += weight * from[i] }
      }
    }
  }
}
