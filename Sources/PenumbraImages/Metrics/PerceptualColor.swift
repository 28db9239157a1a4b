import Foundation

/// Colour spaces of the FLIP metric, all for the D65 white of sRGB.
enum PerceptualColor {
  /// Linear sRGB to CIE XYZ with white at Y = 1 (IEC 61966-2-1).
  static let toXYZ = [
    SIMD3<Float>(0.412_390_8, 0.212_639_0, 0.019_330_8), SIMD3<Float>(0.357_584_3, 0.715_168_7, 0.119_194_8),
    SIMD3<Float>(0.180_480_8, 0.072_192_3, 0.950_532_2),
  ]
  static let fromXYZ = [
    SIMD3<Float>(3.240_969_9, -0.969_243_6, 0.055_630_1), SIMD3<Float>(-1.537_383_2, 1.875_967_5, -0.203_977_0),
    SIMD3<Float>(-0.498_610_8, 0.041_555_1, 1.056_971_5),
  ]
  static let white = toXYZ[0] + toXYZ[1] + toXYZ[2]

  static func multiply(_ columns: [SIMD3<Float>], _ v: SIMD3<Float>) -> SIMD3<Float> {
    columns[0] * v.x + columns[1] * v.y + columns[2] * v.z
  }

  /// Linear RGB to YCxCz: L*a*b* with its cube root left out, so that filtering stays linear.
  static func yCxCz(_ rgb: SIMD3<Float>) -> SIMD3<Float> {
    let t = multiply(toXYZ, rgb) / white
    return SIMD3(116 * t.y - 16, 500 * (t.x - t.y), 200 * (t.y - t.z))
  }

  /// YCxCz to linear RGB.
  static func rgb(yCxCz c: SIMD3<Float>) -> SIMD3<Float> {
    let y = (c.x + 16) / 116
    return multiply(fromXYZ, SIMD3(y + c.y / 500, y, y - c.z / 200) * white)
  }

  /// Linear RGB in 0...1 to L*a*b*, its chroma scaled by L*/100 after Hunt: dark colours differ less in chroma.
  static func huntLab(_ rgb: SIMD3<Float>) -> SIMD3<Float> {
    let t = multiply(toXYZ, rgb) / white
    let f = SIMD3(cubeRoot(t.x), cubeRoot(t.y), cubeRoot(t.z))
    let lightness = 116 * f.y - 16
    return SIMD3(lightness, 0.01 * lightness * 500 * (f.x - f.y), 0.01 * lightness * 200 * (f.y - f.z))
  }

  /// The distance |ΔL| + ‖Δ(a, b)‖, made for large differences.
  static func hyAB(_ p: SIMD3<Float>, _ q: SIMD3<Float>) -> Float {
    let d = p - q
    return abs(d.x) + (d.y * d.y + d.z * d.z).squareRoot()
  }

  /// The cube root of CIE 1976, linear near zero.
  private static func cubeRoot(_ t: Float) -> Float {
    let delta: Float = 6 / 29
    return t > delta * delta * delta ? cbrtf(t) : t / (3 * delta * delta) + 4 / 29
  }
}
