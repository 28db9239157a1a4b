import PenumbraTransport

extension SceneAssembler {
  /// A smooth boundary.
  mutating func dielectric(_ reader: inout PropertyReader) throws(SceneError) -> Material {
    let eta = try relativeIndex(&reader, interior: "bk7")
    let (reflectance, transmittance) = try boundaryColors(&reader)
    return .dielectric(eta: eta, specularReflectance: reflectance, specularTransmittance: transmittance)
  }

  mutating func thinDielectric(_ reader: inout PropertyReader) throws(SceneError) -> Material {
    let eta = try relativeIndex(&reader, interior: "bk7")
    let (reflectance, transmittance) = try boundaryColors(&reader)
    return .thinDielectric(eta: eta, specularReflectance: reflectance, specularTransmittance: transmittance)
  }

  mutating func roughDielectric(_ reader: inout PropertyReader) throws(SceneError) -> Material {
    let distribution = try microfacetDistribution(&reader)
    let (alphaU, alphaV) = try roughness(&reader)
    let eta = try relativeIndex(&reader, interior: "bk7", mustDiffer: true)
    let (reflectance, transmittance) = try boundaryColors(&reader)
    return .roughDielectric(
      distribution: distribution, alphaU: alphaU, alphaV: alphaV, eta: eta, specularReflectance: reflectance,
      specularTransmittance: transmittance)
  }

  private mutating func boundaryColors(_ reader: inout PropertyReader) throws(SceneError) -> (TextureID, TextureID) {
    (
      try optionalTexture("specular_reflectance", of: &reader, rule: .reflectance),
      try optionalTexture("specular_transmittance", of: &reader, rule: .reflectance)
    )
  }

  /// The parameter `eta`: interior / exterior index of refraction.
  ///
  /// - Parameter mustDiffer: a rough boundary between equal media has no microfacet that sends light straight on.
  mutating func relativeIndex(_ reader: inout PropertyReader, interior medium: String, mustDiffer: Bool = false)
    throws(SceneError) -> Int
  {
    let interior = try indexOfRefraction("int_ior", of: &reader, default: medium)
    let exterior = try indexOfRefraction("ext_ior", of: &reader, default: "air")
    guard !mustDiffer || interior != exterior else {
      throw reader.outOfRange("int_ior", "int_ior and ext_ior to differ", found: "\(interior) for both")
    }
    let parameter = Parameter(key: "eta", bounds: 1e-2...Float.infinity)
    let eta = try declare(parameter, values: [Float(interior / exterior)], at: reader.node.location.description)
    bindings.bind(reader.node, "int_ior", .number(offset: eta))
    bindings.bind(reader.node, "ext_ior", .float(1))
    return eta
  }

  /// A number above 0 or the name of a medium.
  private func indexOfRefraction(_ name: String, of reader: inout PropertyReader, default fallback: String)
    throws(SceneError) -> Double
  {
    if let property = reader.take(name) {
      switch property.value {
      case .float(let value):
        guard value >= 1e-2 else { throw reader.outOfRange(name, "\(name) above 0", found: "\(value)") }
        return value
      case .string(let text):
        if let medium = RefractiveMedium.find(text) { return medium.index }
        throw reader.outOfRange(
          name, "a number or the name of a medium",
          found: "'\(text)'\(suggestion(for: text, among: RefractiveMedium.all.map(\.name)))")
      default: throw reader.mismatch(property, "float or string")
      }
    }
    return RefractiveMedium.find(fallback)?.index ?? 1
  }
}

/// Indices of refraction at 589 nm by the names Mitsuba gives them.
enum RefractiveMedium {
  static func find(_ name: String) -> (name: String, index: Double)? { all.first { $0.name == name.lowercased() } }

  static let all: [(name: String, index: Double)] = [
    ("vacuum", 1.0), ("helium", 1.000036), ("hydrogen", 1.000132), ("air", 1.000277), ("carbon dioxide", 1.00045),
    ("water", 1.3330), ("acetone", 1.36), ("ethanol", 1.361), ("carbon tetrachloride", 1.461), ("glycerol", 1.4729),
    ("benzene", 1.501), ("silicone oil", 1.52045), ("bromine", 1.661), ("water ice", 1.31), ("fused quartz", 1.458),
    ("pyrex", 1.470), ("acrylic glass", 1.49), ("polypropylene", 1.49), ("bk7", 1.5046), ("sodium chloride", 1.544),
    ("amber", 1.55), ("pet", 1.575), ("diamond", 2.419),
  ]
}
