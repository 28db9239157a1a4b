/// Reflectance of smooth interfaces.
enum Fresnel {
  struct Dielectric<S: ShadingScalar> {
    /// Reflected fraction of unpolarised light.
    var reflectance: S
    /// Cosine of the refracted direction, with the sign opposite to the incident one; 0 for total reflection.
    var cosTransmitted: S
    /// η of the side light goes to, relative to the side it comes from, and the inverse.
    var etaForward: S
    var etaBackward: S
  }

  /// - Parameters:
  ///   - cosine: of the incident direction and the normal; negative from inside.
  ///   - eta: interior over exterior index of refraction.
  static func dielectric<S: ShadingScalar>(_ cosine: S, eta: S) -> Dielectric<S> {
    let outside = cosine.value >= 0
    let inverse = eta.reciprocal()
    let forward = outside ? eta : inverse
    let backward = outside ? inverse : eta
    let cosSquared = 1 - (1 - cosine * cosine) * backward * backward
    let incident = cosine.magnitude
    guard cosSquared.value > 0 else {
      return Dielectric(reflectance: S(1), cosTransmitted: S(0), etaForward: forward, etaBackward: backward)
    }
    let transmitted = cosSquared.safeSquareRoot()
    if forward.value == 1 && !S.carriesTangent {
      return Dielectric(
        reflectance: S(0), cosTransmitted: outside ? -transmitted : transmitted, etaForward: forward,
        etaBackward: backward)
    }
    let s = (incident - forward * transmitted) / (incident + forward * transmitted)
    let p = (forward * incident - transmitted) / (forward * incident + transmitted)
    return Dielectric(
      reflectance: (s * s + p * p) * 0.5, cosTransmitted: outside ? -transmitted : transmitted,
      etaForward: forward, etaBackward: backward)
  }

  /// Mean reflectance of diffuse light by a dielectric boundary: fits of Egan & Hilgeman 1973 below 1, above of
  /// d'Eon & Irving 2011.
  static func diffuseReflectance<S: ShadingScalar>(eta: S) -> S {
    let inverse = eta.reciprocal()
    if eta.value < 1 { return ((eta * -1.4399 + 0.7099) * eta + 0.6681) + inverse * 0.0636 }
    var sum = inverse * -1.36881 + 4.98554
    for coefficient: Float in [-7.80989, 6.75335, -3.4793, 0.919317] { sum = sum * inverse + coefficient }
    return sum
  }

  /// Conductor with index of refraction η + ik, seen from vacuum, for one channel.
  static func conductor<S: ShadingScalar>(_ cosine: S, eta: S, k: S) -> S {
    let c2 = cosine * cosine
    let s2 = 1 - c2
    let difference = eta * eta - k * k - s2
    let product = eta * k
    let modulus = (difference * difference + product * product * 4).safeSquareRoot()
    // a + ib = √(difference + 2i·product); the form without cancellation also has a derivative at η = 0.
    let a: S
    if difference.value < 0 {
      a = product / ((modulus - difference) * 0.5).safeSquareRoot()
    } else {
      a = ((modulus + difference) * 0.5).safeSquareRoot()
    }
    let sum = modulus + c2
    let cross = a * cosine * 2
    let s = (sum - cross) / (sum + cross)
    let sumP = modulus * c2 + s2 * s2
    let crossP = cross * s2
    let p = s * (sumP - crossP) / (sumP + crossP)
    return (s + p) * 0.5
  }

  static func conductor<S: ShadingScalar>(_ cosine: S, eta: Color<S>, k: Color<S>) -> Color<S> {
    Color(
      conductor(cosine, eta: eta.r, k: k.r), conductor(cosine, eta: eta.g, k: k.g),
      conductor(cosine, eta: eta.b, k: k.b))
  }

  /// Schlick's (1 − c)⁵ for c clamped to [0, 1].
  @inline(__always) static func schlickWeight<S: ShadingScalar>(_ cosine: S) -> S {
    let m = (1 - cosine).atLeast(0).atMost(1)
    let m2 = m * m
    return m2 * m2 * m
  }

  /// Schlick's approximation, with the refracted angle when coming from the denser side.
  static func schlick<S: ShadingScalar>(_ r0: Color<S>, _ cosine: S, eta: S) -> Color<S> {
    let outside = cosine.value >= 0
    let forward = outside ? eta : eta.reciprocal()
    if forward.value > 1 { return r0.mixed(with: Color(S(1)), schlickWeight(cosine.magnitude)) }
    let backward = forward.reciprocal()
    let cosTransmitted = (1 - (1 - cosine * cosine) * backward * backward).safeSquareRoot()
    return r0.mixed(with: Color(S(1)), schlickWeight(cosTransmitted))
  }
}
