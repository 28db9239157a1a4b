/// `Diffuse` of eight paths, with its roundings.
struct PacketDiffuse: PacketBSDF {
  let reflectance: PacketVector

  @inline(__always) init(_ inputs: PacketInputs) { reflectance = inputs.color(0) }

  @inline(__always) func evaluate(wi: PacketVector, wo: PacketVector) -> PacketScattering {
    let isLit = (wi.z .> 0) .& (wo.z .> 0)
    return PacketScattering(
      value: (reflectance * (wo.z * (1 / .pi))).kept(where: isLit), pdf: (wo.z / .pi).kept(where: isLit))
  }

  @inline(__always) func sample(wi: PacketVector, lobe: Packet, u: (Packet, Packet)) -> PacketSample {
    let wo = Warp.cosineHemisphere(u.0, u.1)
    let density = wo.z * (1 / .pi)
    return PacketSample(
      wo: wo, value: reflectance * density, pdf: density, isFound: (wi.z .> 0) .& (density .> 0))
  }
}
