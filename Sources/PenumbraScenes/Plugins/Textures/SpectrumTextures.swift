import Foundation
import PenumbraTransport

/// Textures that are one value: numbers used as they are, and spectra that become colours when the scene is loaded.
extension SceneAssembler {
  /// A number or a vector without any handling of colour.
  mutating func rawConstant(_ reader: inout PropertyReader) throws(SceneError) -> TextureID {
    guard let property = reader.take("value") else { throw reader.missing("'value'") }
    let values: [Double]
    switch property.value {
    case .float(let value): values = [value]
    case .integer(let value): values = [Double(value)]
    case .vector(let v), .point(let v): values = [v.x, v.y, v.z]
    default: throw reader.mismatch(property, "float or vector")
    }
    let offset = try declare(
      Parameter(key: "value", shape: values.count == 1 ? [] : [3]), values: values.map { Float($0) },
      at: property.location.description)
    bindings.bind(reader.node, "value", values.count == 1 ? .number(offset: offset) : .vector(offset: offset))
    return builder.add(Texture.constant(offset: offset, channels: values.count))
  }

  /// Values per vertex or face of the shapes that are shaded with it; they are parameters of the shapes.
  mutating func meshAttribute(_ reader: inout PropertyReader) throws(SceneError) -> TextureID {
    guard let name = try reader.string("name") else { throw reader.missing("'name'") }
    guard name.hasPrefix("vertex_") || name.hasPrefix("face_") else {
      throw reader.outOfRange("name", "a name that begins with 'vertex_' or 'face_'", found: "'\(name)'")
    }
    let scale = try declare(
      Parameter(key: "scale"), values: [Float(try reader.float("scale") ?? 1)],
      at: reader.node.location.description)
    bindings.bind(reader.node, "scale", .number(offset: scale))
    return builder.add(Texture.meshAttribute(name: name, scale: scale))
  }

  /// Planck's law, in W·m⁻²·sr⁻¹·nm⁻¹; its colour is the parameter.
  mutating func blackbody(_ reader: inout PropertyReader, rule: TextureRule) throws(SceneError) -> TextureID {
    guard let temperature = try reader.float("temperature") else { throw reader.missing("'temperature'") }
    guard (1...1e6).contains(temperature) else {
      throw reader.outOfRange("temperature", "a temperature in 1...1000000 K", found: "\(temperature)")
    }
    let low = try reader.float("wavelength_min", default: 360, in: 1...1e5)
    let high = try reader.float("wavelength_max", default: 830, in: 1...1e5)
    guard low < high else {
      throw reader.outOfRange("wavelength_min", "wavelength_min below wavelength_max", found: "\(low)")
    }
    let samples = stride(from: 0, through: 470, by: 1).map { step in
      let wavelength = low + (high - low) * Double(step) / 470
      return SpectralSample(wavelength: wavelength, value: Planck.radiance(wavelength, temperature))
    }
    return try colorOfSpectrum(samples, &reader, rule: rule)
  }

  /// `regular`: values at equal distances; `irregular`: at given wavelengths.
  mutating func sampledSpectrum(_ reader: inout PropertyReader, rule: TextureRule) throws(SceneError) -> TextureID {
    let values = try numbers("values", &reader)
    let wavelengths: [Double]
    if reader.node.plugin == TexturePlugin.irregular.rawValue {
      wavelengths = try numbers("wavelengths", &reader)
    } else {
      guard let low = try reader.float("wavelength_min"), let high = try reader.float("wavelength_max") else {
        throw reader.missing("'wavelength_min' and 'wavelength_max'")
      }
      wavelengths = values.indices.map { low + (high - low) * Double($0) / Double(max(values.count - 1, 1)) }
    }
    guard values.count >= 2, wavelengths.count == values.count, zip(wavelengths, wavelengths.dropFirst()).allSatisfy(<)
    else {
      throw reader.outOfRange(
        "values", "at least two values at rising wavelengths",
        found: "\(values.count) values at \(wavelengths.count) wavelengths")
    }
    return try colorOfSpectrum(
      zip(wavelengths, values).map { SpectralSample(wavelength: $0, value: $1) }, &reader, rule: rule)
  }

  private mutating func colorOfSpectrum(
    _ samples: [SpectralSample], _ reader: inout PropertyReader, rule: TextureRule
  ) throws(SceneError) -> TextureID {
    let property = SceneNode.Property(
      name: "", value: .sampledSpectrum(samples), location: reader.node.location)
    let (offset, _) = try declareConstant(property, of: reader, rule: rule)
    bindings.bind(reader.node, "", .asColor(offset: offset))
    return builder.add(Texture.constant(offset: offset, channels: 3))
  }

  private func numbers(_ name: String, _ reader: inout PropertyReader) throws(SceneError) -> [Double] {
    guard let text = try reader.string(name) else { throw reader.missing("'\(name)'") }
    var result: [Double] = []
    for part in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
      result.append(try NumberText.double(part, at: reader.node.location))
    }
    return result
  }
}

/// Black-body radiation.
enum Planck {
  /// Spectral radiance in W·m⁻²·sr⁻¹·nm⁻¹ at a wavelength in nm and a temperature in K.
  static func radiance(_ wavelength: Double, _ temperature: Double) -> Double {
    let (c, h, k) = (299_792_458.0, 6.626_070_15e-34, 1.380_649e-23)
    let l = wavelength * 1e-9
    return 2 * h * c * c / (pow(l, 5) * expm1(h * c / (l * k * temperature))) * 1e-9
  }
}
