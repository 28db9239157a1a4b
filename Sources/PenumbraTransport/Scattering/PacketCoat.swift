/// Coats over diffuse bases for eight paths: `CoatSampling`, `CoatTransmittance` and `Color.scattered` lane by lane.
enum PacketCoat {
  @inline(__always)
  static func probability(reflected: Packet, specular: PacketVector, diffuse: PacketVector) -> Packet {
    let (s, d) = (specular.mean, diffuse.mean)
    let sum = s + d
    let weight = Packet(repeating: 0.5).replacing(with: (s / sum).atLeast(0.01).atMost(0.99), where: sum .> 0)
    let coat = reflected * weight
    let base = (1 - reflected) * (1 - weight)
    return coat / (coat + base)
  }

  @inline(__always)
  static func scattered(_ color: PacketVector, inside: Packet, _ isNonlinear: PacketMask) -> PacketVector {
    let linear = color * (1 / (1 - inside))
    if PacketBits(isNonlinear).isEmpty { return linear }
    let shifted = PacketVector(
      color.x / (1 - color.x * inside), color.y / (1 - color.y * inside), color.z / (1 - color.z * inside))
    return linear.replacing(with: shifted, where: isNonlinear)
  }

  /// As `Fresnel.diffuseReflectance`.
  @inline(__always) static func diffuseReflectance(_ eta: Packet) -> Packet {
    let inverse = 1 / eta
    let below = ((eta * -1.4399 + 0.7099) * eta + 0.6681) + inverse * 0.0636
    let above = inverse.polynomial(-1.36881, 4.98554, -7.80989, 6.75335, -3.4793, 0.919317)
    return above.replacing(with: below, where: eta .< 1)
  }

  /// Transmitted fractions of light from outside.
  @inline(__always)
  static func external(_ inputs: PacketInputs, _ cosine: Packet, _ alpha: Packet) -> Packet {
    var result = Packet(repeating: 0)
    withUnsafeMutableBytes(of: &result) { bytes in
      let target = bytes.assumingMemoryBound(to: Float.self)
      withUnsafeBytes(of: (cosine.atLeast(0), alpha)) { bytes in
        let numbers = bytes.assumingMemoryBound(to: Float.self)
        for lane in 0..<8 {
          guard let coat = inputs.materials[lane].pointee.coat else { continue }
          target[lane] = coat.external(numbers[lane], alpha: numbers[8 + lane], eta: Float(1))
        }
      }
    }
    return result
  }

  /// Mean fractions of diffuse light from inside that are thrown back.
  @inline(__always) static func internalReflectance(_ inputs: PacketInputs, _ alpha: Packet) -> Packet {
    var result = Packet(repeating: 0)
    withUnsafeMutableBytes(of: &result) { bytes in
      let target = bytes.assumingMemoryBound(to: Float.self)
      withUnsafeBytes(of: alpha) { bytes in
        let numbers = bytes.assumingMemoryBound(to: Float.self)
        for lane in 0..<8 {
          guard let coat = inputs.materials[lane].pointee.coat else { continue }
          target[lane] = coat.internalReflectance(alpha: numbers[lane], eta: Float(1))
        }
      }
    }
    return result
  }
}
