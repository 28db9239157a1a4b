extension MeshData {
  /// Colours of the vertices as the attribute `vertex_color`; alpha is dropped.
  ///
  /// - Parameters:
  ///   - values: shape [vertices × components], linear.
  ///   - factor: multiplies every colour.
  mutating func setColors(_ values: [Float], components: Int, factor: SIMD3<Double>) {
    var colors = [Float](repeating: 0, count: 3 * vertexCount)
    for vertex in 0..<vertexCount {
      for c in 0..<3 { colors[3 * vertex + c] = min(max(values[components * vertex + c] * Float(factor[c]), 0), 1) }
    }
    attributes.append(Attribute(name: "vertex_color", channels: 3, isPerFace: false, values: colors))
  }
}
