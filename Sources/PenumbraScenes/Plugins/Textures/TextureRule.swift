/// What a texture slot means: which values are allowed, in which unit, and how a spectrum becomes colour.
struct TextureRule {
  enum Role { case reflectance, weight, emission, opticalConstant, any }

  var role: Role
  var bounds: ClosedRange<Float>
  var unit: String = ""
  /// Numbers of this slot have one channel.
  var isScalar = false

  /// Share of light scattered, per channel.
  static let reflectance = TextureRule(role: .reflectance, bounds: 0...1)
  /// A scalar in 0...1.
  static let weight = TextureRule(role: .weight, bounds: 0...1, isScalar: true)
  /// Microfacet roughness; a perfectly smooth surface is another plugin.
  static let alpha = TextureRule(role: .weight, bounds: 1e-3...1, isScalar: true)
  /// Interior over exterior index of refraction.
  static let indexOfRefraction = TextureRule(role: .opticalConstant, bounds: 1e-2...Float.infinity, isScalar: true)
  /// Twice the share of diffuse light that is transmitted.
  static let diffuseTransmission = TextureRule(role: .opticalConstant, bounds: 0...2, isScalar: true)
  static let radiance = TextureRule(role: .emission, bounds: 0...Float.infinity, unit: "W·m⁻²·sr⁻¹")
  static let intensity = TextureRule(role: .emission, bounds: 0...Float.infinity, unit: "W·sr⁻¹")
  static let irradiance = TextureRule(role: .emission, bounds: 0...Float.infinity, unit: "W·m⁻²")
  /// A picture that scales light: read as colours, unbounded, without an illuminant.
  static let picture = TextureRule(role: .opticalConstant, bounds: 0...Float.infinity)
  /// η or k of a conductor.
  static let opticalConstant = TextureRule(role: .opticalConstant, bounds: 0...Float.infinity)
  /// A texture directly inside the scene, before anything uses it.
  static let any = TextureRule(role: .any, bounds: 0...1)
}
