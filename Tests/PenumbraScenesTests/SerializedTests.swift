import Testing

@testable import PenumbraScenes

/// Writes `.serialized` files; their zlib streams hold uncompressed blocks.
private struct SerializedFile {
  let version: UInt16
  var bytes: [UInt8] = []
  private var offsets: [Int] = []

  init(version: UInt16 = 4) { self.version = version }

  static func little<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  mutating func add(flags: UInt32, vertices: UInt64, triangles: UInt64, _ numbers: [Double], _ corners: [UInt32]) {
    var content = Self.little(flags)
    if version == 4 { content += Array("name".utf8) + [0] }
    content += Self.little(vertices) + Self.little(triangles)
    for number in numbers {
      content += flags & 0x2000 != 0 ? Self.little(number.bitPattern) : Self.little(Float(number).bitPattern)
    }
    for corner in corners { content += Self.little(corner) }
    offsets.append(bytes.count)
    bytes += Self.little(UInt16(0x041C)) + Self.little(version) + Self.stored(content)
  }

  /// RFC 1950 and 1951: one stored block and the Adler-32 sum.
  static func stored(_ content: [UInt8]) -> [UInt8] {
    let count = UInt16(content.count)
    var (a, b) = (UInt32(1), UInt32(0))
    for byte in content {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    let sum: [UInt8] = little(b << 16 | a).reversed()
    let parts: [[UInt8]] = [[0x78, 0x01, 0x01], little(count), little(~count), content, sum]
    return parts.flatMap { $0 }
  }

  mutating func finish() -> [UInt8] {
    for offset in offsets { bytes += version == 4 ? Self.little(UInt64(offset)) : Self.little(UInt32(offset)) }
    return bytes + Self.little(UInt32(offsets.count))
  }
}

@Suite("Serialized meshes")
struct SerializedTests {
  static let triangle: [Double] = [0, 0, 0, 1, 0, 0, 0, 1, 0.5]

  private func file(version: UInt16 = 4) -> [UInt8] {
    var file = SerializedFile(version: version)
    file.add(flags: 0x1000, vertices: 3, triangles: 1, Self.triangle, [0, 1, 2])
    let normals: [Double] = [0, 0, 1, 0, 0, 1, 0, 0, 1]
    let uv: [Double] = [0, 0, 1, 0, 0, 1]
    let colors: [Double] = [1, 0, 0, 0, 1, 0, 0, 0, 1]
    let numbers: [Double] = [Self.triangle, normals, uv, colors].flatMap { $0 }
    file.add(flags: 0x200B, vertices: 3, triangles: 1, numbers, [2, 1, 0])
    return file.finish()
  }

  @Test("Both meshes of a file are found, in single and in double precision", arguments: [UInt16(3), 4])
  func meshes(version: UInt16) throws {
    let first = try SerializedReader.read(file(version: version), index: 0, file: "m")
    #expect(first.positions == Self.triangle.map { Float($0) })
    #expect(first.normals.isEmpty && first.texcoords.isEmpty)
    #expect(first.triangles == [[0, 1, 2]])
    let second = try SerializedReader.read(file(version: version), index: 1, file: "m")
    #expect(second.positions == first.positions)
    #expect(second.normals == [0, 0, 1, 0, 0, 1, 0, 0, 1])
    #expect(second.texcoords == [0, 0, 1, 0, 0, 1])
    #expect(second.triangles == [[2, 1, 0]])
  }

  private func message(_ bytes: [UInt8], index: Int = 0) -> String {
    do {
      _ = try SerializedReader.read(bytes, index: index, file: "m")
      return "accepted"
    } catch {
      return error.description
    }
  }

  @Test("A mesh that the file does not have, and files cut anywhere, are refused")
  func damage() {
    let bytes = file()
    #expect(message(bytes, index: 2) == "m: expected shape_index in 0..<2, found 2")
    #expect(message([1, 2, 3, 4]) == "m: expected a serialized mesh at byte 0, found other data")
    for length in 0..<bytes.count { #expect(message(Array(bytes[..<length]), index: 1) != "accepted", "\(length)") }
    for index in 0..<bytes.count - 4 {
      var damaged = bytes
      damaged[index] ^= 0xFF
      _ = message(damaged, index: 1)
    }
  }

  @Test("Counts above what the data can hold are refused before memory is allocated")
  func counts() {
    for (vertices, triangles) in [(UInt64(1) << 31, UInt64(1)), (3, 1 << 31), (.max, 1), (3, .max), (0, 1), (3, 0)] {
      var file = SerializedFile()
      file.add(flags: 0x1000, vertices: vertices, triangles: triangles, Self.triangle, [0, 1, 2])
      let text = message(file.finish())
      #expect(text.contains("expected"), "\(text)")
    }
  }

  @Test("Indices outside the mesh are refused")
  func indices() {
    var file = SerializedFile()
    file.add(flags: 0x1000, vertices: 3, triangles: 1, Self.triangle, [0, 1, 3])
    #expect(message(file.finish()) == "m: expected indices below 3 in triangle 0, found 3")
  }
}
