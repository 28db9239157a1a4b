/// A material of a Wavefront MTL file.
struct MTLMaterial {
  var diffuse = SIMD3<Double>(repeating: 0.5)
  var specular = SIMD3<Double>.zero
  var emission = SIMD3<Double>.zero
  var exponent = 0.0
  var opacity = 1.0
  var indexOfRefraction = 1.5
  /// Of the extension for physically based shading.
  var roughness: Double?
  var metallic: Double?
  /// A file name, relative to the MTL file.
  var diffuseMap: String?
}

/// Reads Wavefront MTL files; statements that no BSDF here has an input for are passed over.
struct MTLReader {
  static func read(_ bytes: [UInt8], file: String) throws(SceneError) -> [String: MTLMaterial] {
    var scanner = ByteScanner(file: file, bytes: bytes)
    var materials: [String: MTLMaterial] = [:]
    var name: String?
    while !scanner.isAtEnd {
      let keyword = scanner.word()
      if scanner.equals(keyword, "newmtl") {
        let text = rest(&scanner)
        materials[text] = MTLMaterial()
        name = text
      } else if let name, var material = materials[name] {
        try read(keyword, into: &material, &scanner)
        materials[name] = material
      }
      scanner.nextLine()
    }
    return materials
  }

  private static func read(_ keyword: Range<Int>, into material: inout MTLMaterial, _ scanner: inout ByteScanner)
    throws(SceneError)
  {
    if scanner.equals(keyword, "Kd") {
      material.diffuse = try color(&scanner).clamped(lowerBound: .zero, upperBound: .one)
    } else if scanner.equals(keyword, "Ks") {
      material.specular = try color(&scanner)
    } else if scanner.equals(keyword, "Ke") {
      material.emission = try color(&scanner).clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 1e30))
    } else if scanner.equals(keyword, "Ns") {
      material.exponent = max(Double(try scanner.float("number")), 0)
    } else if scanner.equals(keyword, "d") {
      material.opacity = min(max(Double(try scanner.float("number")), 0), 1)
    } else if scanner.equals(keyword, "Tr") {
      material.opacity = 1 - min(max(Double(try scanner.float("number")), 0), 1)
    } else if scanner.equals(keyword, "Ni") {
      material.indexOfRefraction = max(Double(try scanner.float("number")), 1)
    } else if scanner.equals(keyword, "Pr") {
      material.roughness = min(max(Double(try scanner.float("number")), 0), 1)
    } else if scanner.equals(keyword, "Pm") {
      material.metallic = min(max(Double(try scanner.float("number")), 0), 1)
    } else if scanner.equals(keyword, "map_Kd") {
      // Options begin with '-' and stand before the name.
      let words = rest(&scanner)
      material.diffuseMap = words.hasPrefix("-") ? words.split(separator: " ").last.map(String.init) : words
    }
  }

  private static func color(_ scanner: inout ByteScanner) throws(SceneError) -> SIMD3<Double> {
    let red = Double(try scanner.float("number for red"))
    if scanner.isAtLineEnd() { return SIMD3(repeating: red) }
    return [red, Double(try scanner.float("number for green")), Double(try scanner.float("number for blue"))]
  }

  private static func rest(_ scanner: inout ByteScanner) -> String {
    scanner.skipBlanks()
    let start = scanner.offset
    while !scanner.isAtLineEnd() { _ = scanner.word() }
    let text = String(decoding: scanner.bytes[start..<min(scanner.offset, start + 1024)], as: UTF8.self)
    return String(text.reversed().drop { $0.isWhitespace }.reversed())
  }
}
