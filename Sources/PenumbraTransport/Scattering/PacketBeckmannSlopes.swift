/// `BeckmannSlopes` of eight paths.
enum PacketBeckmannSlopes {
  private static let inverseRootPi: Float = 0.564_189_58

  /// - Parameter slope2: squared tangents of the directions.
  @inline(__always) static func shadowing(_ slope2: Packet) -> Packet {
    let a = 1 / slope2.atLeast(1e-12).squareRoots
    let lambda = 0.5 * (a.errorFunctions - 1) + (-(a * a)).exponentials * inverseRootPi / (2 * a)
    return (1 / (1 + lambda.atLeast(0))).replacing(with: 1, where: a .> 4)
  }

  static func sample(cosine: Packet, _ u: (Packet, Packet)) -> (Packet, Packet) {
    let tangent = (1 - cosine * cosine).atLeast(0).squareRoots / cosine
    let cotangent = 1 / tangent.atLeast(1e-12)
    let top = cotangent.errorFunctions
    let p = u.0.atLeast(1e-7).atMost(1 - 1e-7)
    let scaled = p * (1 + top + inverseRootPi * tangent * (-(cotangent * cotangent)).exponentials)
    // As for one path: all go on until the last has found its root.
    var (low, high) = (Packet(repeating: -1), top)
    var x = top - (top + 1) * (-p.logarithms).squareRoots.errorFunctions
    var isOpen = PacketMask(repeating: true)
    for _ in 0..<8 {
      x = x.replacing(with: 0.5 * (low + high), where: isOpen .& .!((x .>= low) .& (x .<= high)))
      let slope = inverseErrorFunction(x)
      let excess = 1 + x + inverseRootPi * tangent * (-(slope * slope)).exponentials - scaled
      isOpen = isOpen .& .!(excess.magnitudes .< 1e-6 * scaled)
      if PacketBits(isOpen).isEmpty { break }
      let isHigh = excess .> 0
      high = high.replacing(with: x, where: isOpen .& isHigh)
      low = low.replacing(with: x, where: isOpen .& .!isHigh)
      x = x.replacing(with: x - excess / (1 - slope * tangent), where: isOpen)
    }
    x = x.replacing(with: 0.5 * (low + high), where: .!((x .>= low) .& (x .<= high)))
    return (inverseErrorFunction(x), inverseErrorFunction(2 * u.1 - 1))
  }

  @inline(__always) private static func inverseErrorFunction(_ x: Packet) -> Packet {
    let clamped = x.atLeast(-1 + 0x1p-24).atMost(1 - 0x1p-24)
    let w = -((1 - clamped) * (1 + clamped)).logarithms
    let near = (w - 2.5).polynomial(
      2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503,
      -0.00417768164, 0.246640727, 1.50140941)
    let isFar = w .>= 5
    if PacketBits(isFar).isEmpty { return near * clamped }
    let far = (w.squareRoots - 3).polynomial(
      -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613,
      0.00943887047, 1.00167406, 2.83297682)
    return near.replacing(with: far, where: isFar) * clamped
  }
}
