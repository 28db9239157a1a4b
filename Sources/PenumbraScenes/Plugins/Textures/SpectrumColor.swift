/// Spectra to linear Rec. 709 by the CIE 1931 2° observer, as Mitsuba's RGB variants do when they load a scene.
enum SpectrumColor {
  /// Colour of a reflectance under D65 (a reflectance of 1 is white).
  static func reflectance(_ samples: [SpectralSample]) -> SIMD3<Double> { integrate(samples, weight: CIE1931.d65) }

  /// Colour of an emission (equal energy is not white).
  static func emission(_ samples: [SpectralSample]) -> SIMD3<Double> { integrate(samples) { _ in 1 } }

  /// Colour of the same emission at all wavelengths: XYZ = (1, 1, 1) per unit.
  static func uniformEmission(_ value: Double) -> SIMD3<Double> { rgb(SIMD3(repeating: value)) }

  /// Riemann sum over 360...830 nm; zero outside the given wavelengths.
  private static func integrate(_ samples: [SpectralSample], weight: (Double) -> Double) -> SIMD3<Double> {
    let steps = 1000
    let (first, last) = (CIE1931.wavelengths.lowerBound, CIE1931.wavelengths.upperBound)
    var (xyz, segment) = (SIMD3<Double>.zero, 0)
    for step in 0..<steps {
      let wavelength = first + Double(step) / Double(steps - 1) * (last - first)
      guard wavelength >= samples[0].wavelength, wavelength <= samples[samples.count - 1].wavelength else { continue }
      while segment < samples.count - 2, samples[segment + 1].wavelength <= wavelength { segment += 1 }
      let (a, b) = (samples[segment], samples[segment + 1])
      let t = (wavelength - a.wavelength) / (b.wavelength - a.wavelength)
      xyz += CIE1931.xyz(wavelength) * ((1 - t) * a.value + t * b.value) * weight(wavelength)
    }
    xyz *= (last - first) / Double(steps) * CIE1931.normalization
    return rgb(xyz)
  }

  private static func rgb(_ xyz: SIMD3<Double>) -> SIMD3<Double> {
    [
      dot([3.240479, -1.537150, -0.498535], xyz), dot([-0.969256, 1.875991, 0.041556], xyz),
      dot([0.055648, -0.204043, 1.057311], xyz),
    ]
  }
}
