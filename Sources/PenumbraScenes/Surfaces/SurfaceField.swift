import PenumbraTransport

/// A number or colour over a surface, read out of θ: the form in which materials are carried to other formats.
enum SurfaceField {
  /// One value everywhere.
  case constant(SIMD3<Float>)
  /// Values in a grid over texture coordinates.
  case texels(TexelGrid)
  /// A value per vertex or face of the mesh, times a factor.
  case attribute(name: String, scale: Float)

  static func number(_ value: Float) -> SurfaceField { .constant(SIMD3(repeating: value)) }

  /// - Parameter isScalar: the texture gives a number, such as a roughness; a checkerboard's colours are exchanged then.
  init(_ id: TextureID, in scene: Scene, isScalar: Bool = false) {
    let theta = scene.theta
    func color(_ offset: Int, _ channels: Int) -> SIMD3<Float> {
      channels == 1 ? SIMD3(repeating: theta[offset]) : [theta[offset], theta[offset + 1], theta[offset + 2]]
    }
    switch scene.structure.textures[id.index] {
    case .constant(let offset, let channels): self = .constant(color(offset, channels))
    case .meshAttribute(let name, let scale): self = .attribute(name: name, scale: theta[scale])
    case .bitmap(let offset, let width, let height, let channels, let filter, let wrap, let uv):
      let values = (0..<width * height).map { color(offset + channels * $0, channels) }
      self = .texels(
        TexelGrid(
          width: width, height: height, values: values,
          layout: TexelGrid.Layout(filter: filter, wrap: wrap, transform: uv.matrix(theta))))
    case .checkerboard(let offset0, let channels0, let offset1, let channels1, let uv):
      var (a, b) = (color(offset0, channels0), color(offset1, channels1))
      if isScalar { swap(&a, &b) }
      self = .texels(
        TexelGrid(
          width: 2, height: 2, values: [a, b, b, a],
          layout: TexelGrid.Layout(filter: .nearest, wrap: .repeat, transform: uv.matrix(theta))))
    }
  }

  /// Every value changed by `change`.
  func map(_ change: (SIMD3<Float>) -> SIMD3<Float>) -> SurfaceField {
    switch self {
    case .constant(let value): .constant(change(value))
    case .texels(let grid): .texels(grid.map(change))
    case .attribute: self
    }
  }

  /// Two fields value by value.
  ///
  /// Grids of different sizes are brought to the larger one; a grid that lies differently on the surface counts as its
  /// mean, and so does a mesh's attribute.
  func combined(
    with other: SurfaceField, _ change: (SIMD3<Float>, SIMD3<Float>) -> SIMD3<Float>
  ) -> SurfaceField {
    switch (self, other) {
    case (.texels(let a), .texels(let b)) where a.layout == b.layout:
      let (width, height) = (max(a.width, b.width), max(a.height, b.height))
      let (p, q) = (a.resampled(width, height), b.resampled(width, height))
      return .texels(
        TexelGrid(width: width, height: height, values: zip(p.values, q.values).map(change), layout: a.layout))
    case (.texels, _):
      let value = other.mean
      return map { change($0, value) }
    default:
      let value = mean
      return other.map { change(value, $0) }
    }
  }

  /// Of attributes, whose values are not known here, half of the factor.
  var mean: SIMD3<Float> {
    switch self {
    case .constant(let value): value
    case .texels(let grid): grid.values.reduce(.zero, +) / Float(grid.values.count)
    case .attribute(_, let scale): SIMD3(repeating: scale / 2)
    }
  }

  var maximum: SIMD3<Float> {
    switch self {
    case .constant(let value): value
    case .texels(let grid): grid.values.reduce(SIMD3(repeating: -.infinity)) { pointwiseMax($0, $1) }
    case .attribute(_, let scale): SIMD3(repeating: scale)
    }
  }

  var constant: SIMD3<Float>? {
    if case .constant(let value) = self { return value }
    return nil
  }

  var grid: TexelGrid? {
    if case .texels(let grid) = self { return grid }
    return nil
  }
}

/// Texels and how they lie on a surface.
struct TexelGrid {
  struct Layout: Equatable, Hashable {
    var filter: TextureFilter
    var wrap: TextureWrap
    /// First two rows of the 3×3 matrix from a surface's coordinates to the picture's.
    var transform: [Float]
  }

  var width: Int
  var height: Int
  /// Row 0 at v = 0.
  var values: [SIMD3<Float>]
  var layout: Layout

  func map(_ change: (SIMD3<Float>) -> SIMD3<Float>) -> TexelGrid {
    TexelGrid(width: width, height: height, values: values.map(change), layout: layout)
  }

  /// Nearest texels where the new size is a multiple or the filter is coarse, bilinear ones elsewhere.
  func resampled(_ newWidth: Int, _ newHeight: Int) -> TexelGrid {
    guard newWidth != width || newHeight != height else { return self }
    func source(_ index: Int, _ count: Int, _ size: Int) -> (low: Int, high: Int, weight: Float) {
      let x = (Float(index) + 0.5) / Float(count) * Float(size) - 0.5
      if layout.filter == .nearest || count % size == 0 {
        let nearest = min(max(Int((x + 0.5).rounded(.down)), 0), size - 1)
        return (nearest, nearest, 0)
      }
      let low = x.rounded(.down)
      return (min(max(Int(low), 0), size - 1), min(max(Int(low) + 1, 0), size - 1), x - low)
    }
    let columns = (0..<newWidth).map { source($0, newWidth, width) }
    var result: [SIMD3<Float>] = []
    result.reserveCapacity(newWidth * newHeight)
    for y in 0..<newHeight {
      let row = source(y, newHeight, height)
      for x in columns {
        let top = values[row.low * width + x.low] * (1 - x.weight) + values[row.low * width + x.high] * x.weight
        let bottom = values[row.high * width + x.low] * (1 - x.weight) + values[row.high * width + x.high] * x.weight
        result.append(top * (1 - row.weight) + bottom * row.weight)
      }
    }
    return TexelGrid(width: newWidth, height: newHeight, values: result, layout: layout)
  }
}

extension UVTransform {
  /// The first two rows, row-major, with the values that θ has.
  fileprivate func matrix(_ theta: [Float]) -> [Float] {
    if let parameter { return Array(theta[parameter..<(parameter + 6)]) }
    return [u.x, v.x, translation.x, u.y, v.y, translation.y]
  }
}
