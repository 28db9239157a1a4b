/// What bump and normal maps, masks and blends make of the BSDFs of eight paths: `WrappedBSDF` around any of them, with one
/// perturbation of the normal at most.
struct PacketWrappers {
  /// The local normal before it was turned, and α² of the bumps' shadow, negative for none.
  private let normals: PacketRows
  /// The first number scales the BSDF.
  private let scales: PacketRows

  init(rows: UnsafeMutablePointer<SIMD4<Float>>) {
    normals = PacketRows(base: rows)
    scales = PacketRows(base: rows + 8)
  }

  static let rowCount = 16

  @inline(__always) func write(_ surface: WrappedSurface<Float>, _ lane: Int) {
    scales[lane] = SIMD4(surface.scale, 0, 0, 0)
    guard let perturbation = surface.perturbations.first else {
      normals[lane] = SIMD4(0, 0, 1, -1)
      return
    }
    let before = surface.frame.toLocal(perturbation.before)
    normals[lane] = SIMD4(before.value, perturbation.isShadowed ? perturbation.shadowAlpha2 : -1)
  }

  /// Some paths' normals as one perturbation turned them.
  ///
  /// - Parameter normal: the local normal before.
  @inline(__always)
  func write(_ normal: PacketVector, isShadowed: PacketMask, where isTurned: PacketMask) {
    let squared = normal.z * normal.z
    let alpha2 = (((1 - squared) / squared).atLeast(0) * 0.125).atMost(1)
    let shadow = Packet(repeating: -1).replacing(with: alpha2, where: isShadowed)
    let old = normals.columns
    normals.store(
      old.vector.replacing(with: normal, where: isTurned), old.w.replacing(with: shadow, where: isTurned))
    let scale = scales.columns.x.replacing(with: 1, where: isTurned)
    scales.store(PacketVector(scale, Packet(repeating: 0), Packet(repeating: 0)))
  }

  /// Scales what the BSDFs said.
  ///
  /// - Parameters:
  ///   - light: of light from `lightWo`.
  ///   - isWrapped: the paths that met wrappers.
  @inline(never)
  func apply(
    to light: inout PacketScattering, from lightWo: PacketVector, _ sample: inout PacketSample,
    where isWrapped: PacketMask
  ) {
    let normal = normals.columns
    let scale = Packet(repeating: 1).replacing(with: scales.columns.x, where: isWrapped)
    let first = factor(lightWo, normal, isWrapped)
    light.value = light.value * (scale * first)
    light.pdf = light.pdf.kept(where: first .> 0)
    let next = factor(sample.wo, normal, isWrapped)
    sample.value = sample.value * (scale * next)
    sample.isFound = sample.isFound .& (next .> 0)
  }

  /// As `Perturbation.factor`.
  @inline(__always)
  private func factor(_ wo: PacketVector, _ normal: PacketRows.Columns, _ isWrapped: PacketMask) -> Packet {
    let outside = dot(normal.vector, wo)
    let squared = outside * outside
    let tangent = ((1 - squared) / squared).atLeast(0)
    let shadow = 2 / ((normal.w * tangent + 1).squareRoots + 1)
    let one = Packet(repeating: 1)
    let factor = one.replacing(with: shadow, where: normal.w .>= 0).kept(where: outside * wo.z .> 0)
    return one.replacing(with: factor, where: isWrapped)
  }
}
