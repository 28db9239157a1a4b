/// Every material as the kernel reads it, with the tables that follow from θ.
///
/// One record more than the scene has materials: no surface at all, for what masks let through.
final class MaterialTable {
  private let buffer: OwnedBuffer<MaterialRecord>
  private var coats: [Coat] = []

  var records: UnsafePointer<MaterialRecord> { UnsafePointer(buffer.base) }

  /// The rough coat of one material and what its rows were computed for.
  private struct Coat {
    let material: Int
    let rows: OwnedBuffer<Float>
    let alpha: TextureID
    let distribution: MicrofacetDistribution
    let eta: Int
    var key: SIMD2<Float>?
  }

  init(_ structure: SceneStructure) {
    buffer = OwnedBuffer(structure.materials.map { MaterialRecord($0) } + [MaterialRecord(.null)])
    for (index, material) in structure.materials.enumerated() {
      if case .mask = material { buffer.base[index].children[0] = Int32(structure.materials.count) }
      guard case .roughPlastic(let distribution, let alpha, let eta, _, _, _) = material else { continue }
      var rowCount = CoatTransmittance.rowsForTexture
      if case .constant = structure.textures[alpha.index] { rowCount = 1 }
      let rows = OwnedBuffer<Float>(repeating: 0, count: rowCount * CoatTransmittance.rowSize)
      buffer.base[index].coat = CoatTransmittance(rows: UnsafePointer(rows.base), rowCount: rowCount)
      coats.append(
        Coat(material: index, rows: rows, alpha: alpha, distribution: distribution, eta: eta))
    }
  }

  /// Fills the tables again whose roughness or index of refraction changed.
  func update(textures: [Texture], values: UnsafePointer<Float>) {
    for i in coats.indices {
      let coat = coats[i]
      var key = SIMD2<Float>(0, values[coat.eta])
      var alphas = (0..<CoatTransmittance.rowsForTexture).map { CoatTransmittance.alpha(ofRow: $0) }
      if case .constant(let offset, let channels) = textures[coat.alpha.index] {
        let value = Spectrum(values[offset], values[offset + channels / 2], values[offset + channels - 1])
        key.x = max(channels == 3 ? value.luminance : value.x, Microfacets<Float>.smallestAlpha)
        alphas = [key.x]
      }
      if coat.key == key { continue }
      coats[i].key = key
      for (row, alpha) in alphas.enumerated() {
        CoatIntegration.fill(
          coat.rows.base + row * CoatTransmittance.rowSize, distribution: coat.distribution, alpha: alpha, eta: key.y)
      }
    }
  }
}
