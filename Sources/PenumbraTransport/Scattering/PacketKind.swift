/// Materials that scatter side by side: one body of code for each.
enum PacketKind: UInt8, CaseIterable {
  case diffuse, conductor, beckmannConductor, ggxConductor, dielectric, beckmannDielectric, ggxDielectric
  case plastic, beckmannPlastic, ggxPlastic, principled

  /// Whether there are but Dirac lobes, so that lights need not be sampled.
  @inline(__always) var isDirac: Bool { self == .conductor || self == .dielectric }
}

extension MaterialRecord {
  /// `nil` for what scatters one path at a time.
  var packetKind: PacketKind? {
    let isGGX = distribution == .ggx
    return switch kind {
    case .diffuse: .diffuse
    case .conductor: .conductor
    case .roughConductor: isGGX ? .ggxConductor : .beckmannConductor
    case .dielectric: .dielectric
    case .roughDielectric: isGGX ? .ggxDielectric : .beckmannDielectric
    case .plastic: .plastic
    case .roughPlastic: isGGX ? .ggxPlastic : .beckmannPlastic
    case .principled: .principled
    case .thinDielectric, .principledThin, .null, .twosided, .mask, .blend, .normalMap, .bumpMap: nil
    }
  }
}
