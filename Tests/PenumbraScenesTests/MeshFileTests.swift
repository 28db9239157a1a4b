import Foundation
@testable import PenumbraScenes
import Testing

@Suite("OBJ and PLY")
struct MeshFileTests {
  static func obj(_ text: String) throws(SceneError) -> MeshData { try OBJReader.read(Array(text.utf8), file: "m.obj") }
  static func ply(_ text: String) throws(SceneError) -> MeshData { try PLYReader.read(Array(text.utf8), file: "m.ply") }

  static let square = "v 0 0 0\nv 1 0 0\r\nv 1 1 0 # corner\nv 0 1 0\nv 5 5 5\n"

  @Test("OBJ vertices are numbered by first use, polygons become fans, unused vertices go")
  func order() throws {
    let mesh = try Self.obj(Self.square + "g wall\nf 3 4 1 2\n")
    #expect(mesh.positions == [1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0])
    #expect(mesh.triangles == [[0, 1, 2], [0, 2, 3]])
  }

  @Test("OBJ corners with different texture coordinates are different vertices; negative indices count back")
  func seams() throws {
    let mesh = try Self.obj(Self.square + "vt 0 0\nvt 1 0\nvt .5 1\nf 1/1 2/2 3/3\nf -5/3 -3/-1 -2/-3\n")
    #expect(mesh.vertexCount == 5)
    #expect(mesh.texcoords == [0, 0, 1, 0, 0.5, 1, 0.5, 1, 0, 0])
    #expect(mesh.triangles == [[0, 1, 2], [3, 2, 4]])
  }

  @Test("OBJ corners that come back are the vertices they were, however those of one position alternate")
  func alternatingSeams() throws {
    let faces = "f 1/1 2/1 3/1\nf 1/2 2/2 3/1\nf 1/3 2/1 3/1\nf 1/1 2/2 3/2\nf 1/3 2/1 3/1\n"
    let mesh = try Self.obj(Self.square + "vt 0 0\nvt 1 0\nvt .5 1\n" + faces)
    #expect(mesh.vertexCount == 7)
    #expect(mesh.triangles == [[0, 1, 2], [3, 4, 2], [5, 1, 2], [0, 4, 6], [5, 1, 2]])
  }

  /// Binary PLY of two triangles; an extra byte per vertex or face makes the reader go the general way.
  private static func binary(padded: Bool, corners: [UInt32] = [0, 1, 2, 2, 1, 3], length: UInt8 = 3) -> [UInt8] {
    let extra = padded ? "property uchar q\n" : ""
    var bytes = Array(
      """
      ply
      format binary_little_endian 1.0
      element vertex 4
      property float x
      property float y
      property float z
      property float nx
      property float ny
      property float nz
      property float u
      property float v
      \(extra)element face 2
      property list uchar int vertex_indices
      \(extra)end_header

      """.utf8)
    for vertex in 0..<4 {
      for number in 0..<8 {
        withUnsafeBytes(of: (Float(vertex) + 0.1 * Float(number)).bitPattern.littleEndian) { bytes += $0 }
      }
      if padded { bytes.append(7) }
    }
    for face in 0..<2 {
      bytes.append(length)
      for corner in 0..<3 { withUnsafeBytes(of: corners[3 * face + corner].littleEndian) { bytes += $0 } }
      if padded { bytes.append(9) }
    }
    return bytes
  }

  @Test("PLY elements in the usual binary layout are read at once to what the general way reads")
  func packedPLY() throws {
    let packed = try PLYReader.read(Self.binary(padded: false), file: "m.ply")
    let general = try PLYReader.read(Self.binary(padded: true), file: "m.ply")
    #expect(packed.positions == general.positions)
    #expect(packed.normals == general.normals)
    #expect(packed.texcoords == general.texcoords)
    #expect(packed.triangles == [[0, 1, 2], [2, 1, 3]])
    #expect(packed.triangles == general.triangles)
  }

  @Test("What is wrong in the usual binary layout is named all the same")
  func badPackedPLY() {
    #expect(throws: SceneError(.outOfRange, at: "m.ply", expected: "indices below 4 in face 1", found: "4.0")) {
      try PLYReader.read(Self.binary(padded: false, corners: [0, 1, 2, 2, 1, 4]), file: "m.ply")
    }
    #expect(throws: SceneError.self) { try PLYReader.read(Array(Self.binary(padded: false).dropLast()), file: "m.ply") }
    #expect(throws: SceneError.self) { try PLYReader.read(Self.binary(padded: false, length: 200), file: "m.ply") }
  }

  @Test("OBJ normals come from v//n")
  func normals() throws {
    let mesh = try Self.obj(Self.square + "vn 0 0 2\nf 1//1 2//1 3//1\n")
    #expect(mesh.normals == [0, 0, 2, 0, 0, 2, 0, 0, 2])
    #expect(mesh.texcoords.isEmpty)
  }

  @Test(
    "Bad OBJ files are refused with their line",
    arguments: [
      ("v 0 0\n", "m.obj:1: expected a number for z, found the end of the line"),
      ("v 0 0 nan\n", "m.obj:1: expected a finite number for z, found 'nan'"),
      ("v 0 0 1e39\n", "m.obj:1: expected a finite number for z, found '1e39'"),
      ("v 0 0 0x1p3\n", "m.obj:1: expected a number for z, found '0x1p3'"),
      ("v 0 0 0\nf 1 1 2\n", "m.obj:2: expected a position index in 1...1, found 2"),
      ("v 0 0 0\nf 1 1 0\n", "m.obj:2: expected a position index in 1...1, found 0"),
      ("v 0 0 0\nf 1 1 -2\n", "m.obj:2: expected a position index in 1...1, found -2"),
      ("v 0 0 0\nf 1 1\n", "m.obj:2: expected at least 3 corners in a face, found 2"),
      ("v 0 0 0\nf 1/1 1/1 1/1\n", "m.obj:2: expected a texture coordinate index in 1...0, found 1"),
      ("v 0 0 0\nf 1 1 1x\n", "m.obj:2: expected a face corner like 1/2/3, found '1x'"),
      ("v 0 0 0\nf 1 1 99999999999999999999\n", "m.obj:2: expected a position index, found '99999999999999999999'"),
      ("v 0 0 0\n", "m.obj: expected at least one face, found none"),
      ("", "m.obj: expected at least one face, found none"),
      ("hello world\n", "m.obj:1: expected an OBJ statement such as v, vt, vn or f, found 'hello'"),
    ])
  func badOBJ(text: String, message: String) {
    #expect {
      try Self.obj(text)
    } throws: {
      "\($0)" == message
    }
  }

  static let header = """
    ply
    format ascii 1.0
    comment made by hand
    element vertex 3
    property float x
    property double y
    property float z
    property uchar red
    element face 1
    property list uchar int vertex_indices
    end_header

    """

  @Test("ASCII PLY: foreign properties are skipped")
  func asciiPLY() throws {
    let mesh = try Self.ply(Self.header + "0 0 0 255\n1 0 0 1\n0 1 0 2\n3 0 1 2\n")
    #expect(mesh.positions == [0, 0, 0, 1, 0, 0, 0, 1, 0])
    #expect(mesh.triangles == [[0, 1, 2]])
  }

  @Test("Binary PLY of both byte orders gives the same mesh", arguments: [false, true])
  func binaryPLY(bigEndian: Bool) throws {
    var bytes = Array(
      """
      ply
      format binary_\(bigEndian ? "big" : "little")_endian 1.0
      element vertex 4
      property float x
      property float y
      property float z
      property float s
      property float t
      element face 1
      property list uchar ushort vertex_index
      property short flags
      end_header

      """.utf8)
    func append<Value: FixedWidthInteger>(_ value: Value) {
      withUnsafeBytes(of: bigEndian ? value.bigEndian : value.littleEndian) { bytes += $0 }
    }
    for value in (0..<20).map(Float.init) { append(value.bitPattern) }
    bytes.append(4)
    for index in [UInt16(0), 1, 2, 3] { append(index) }
    append(Int16(-7))
    let mesh = try PLYReader.read(bytes, file: "m.ply")
    #expect(mesh.positions == [0, 1, 2, 5, 6, 7, 10, 11, 12, 15, 16, 17])
    #expect(mesh.texcoords == [3, 4, 8, 9, 13, 14, 18, 19])
    #expect(mesh.triangles == [[0, 1, 2], [0, 2, 3]])
  }

  @Test(
    "Bad PLY files are refused with their line",
    arguments: [
      ("", "m.ply:1: expected a PLY file, found the end of the file"),
      ("plyy\n", "m.ply:1: expected a PLY file, found 'plyy'"),
      (
        "ply\nformat ebcdic 1.0\n",
        "m.ply:2: expected format ascii, binary_little_endian or binary_big_endian, found 'ebcdic'"
      ),
      ("ply\nformat ascii 1.0\nend_header\n", "m.ply: expected an element 'vertex' with entries, found none"),
      (
        "ply\nformat ascii 1.0\nelement vertex 99999999999\n",
        "m.ply:3: expected fewer than 2³² entries, found 99999999999"
      ),
      (header + "0 0 0 0\n1 0 0 0\n0 1 0 0\n3 0 1 3\n", "m.ply:15: expected indices below 3 in face 0, found 3.0"),
      (header + "0 0 0 0\n1 0 0 0\n0 1 0 0\n3 0 1 -1\n", "m.ply:15: expected indices below 3 in face 0, found -1.0"),
      (header + "0 0 0 0\n1 0 0 0\n0 1 0 0\n2 0 1 1\n", "m.ply:15: expected at least 3 corners in face 0, found 2"),
      (
        header + "0 0 inf 0\n1 0 0 0\n0 1 0 0\n3 0 1 2\n",
        "m.ply:12: expected a finite number for 'z' of vertex 0, found inf"
      ),
      (header + "0 0 0 0\n1 0 0 0\n0 1 0 0\n3 0 1\n\n\n", "m.ply:18: expected an integer, found the end of the file"),
      (header + "0 0\n", "m.ply: expected 3 entries of 'vertex', found 4 bytes left in the file"),
    ])
  func badPLY(text: String, message: String) {
    #expect {
      try Self.ply(text)
    } throws: {
      "\($0)" == message
    }
  }

  @Test("Counts that the file cannot hold are refused before memory is taken")
  func hugeCount() {
    let text = Self.header.replacingOccurrences(of: "vertex 3", with: "vertex 4000000000")
    #expect(throws: SceneError.self) { try Self.ply(text + "0 0 0 0\n") }
  }

  @Test("Smooth normals are weighted by angle: a cube's shared corners point along its diagonals")
  func smoothNormals() throws {
    let mesh = try Self.obj(
      """
      v -1 -1 -1\nv 1 -1 -1\nv 1 1 -1\nv -1 1 -1\nv -1 -1 1\nv 1 -1 1\nv 1 1 1\nv -1 1 1
      f 1 4 3 2\nf 5 6 7 8\nf 1 2 6 5\nf 2 3 7 6\nf 3 4 8 7\nf 4 1 5 8
      """)
    let normals = VertexNormals.compute(for: mesh)
    for (normal, position) in zip(normals, mesh.positions) {
      #expect(abs(normal - position / Float(3).squareRoot()) < 1e-6)
    }
  }

  @Test("Short decimals are read to the nearest float")
  func decimals() {
    let texts = ["0.1", "-123.456", "+7", ".5", "5.", "0.000001", "123456789012345", "3.4028235e38", "1e-45", "-0"]
    for text in texts {
      let scanner = ByteScanner(file: "", bytes: Array(text.utf8))
      #expect(scanner.number(0..<text.utf8.count) == Float(text == "5." ? "5" : text == ".5" ? "0.5" : text), "\(text)")
    }
  }

  @Test("OBJ as editors leave it: byte order mark, carriage returns, continued lines, empty parts, weights and colours")
  func untidy() throws {
    let text =
      "\u{FEFF}# comment\r\nv\t-1 -1 0 1\r\nv 1 -1 0 0.5 0.2 0.1\r\nv 1 1 0\nv -1 1 0\n\nvt 0 0 0\nvt 1 0\n"
      + "g a b\ns off\nl 1 2\nf -4/1/ -3/2 \\\r\n -2 -1//\n# end"
    let mesh = try Self.obj(text)
    #expect(mesh.triangles == [[0, 1, 2], [0, 2, 3]])
    #expect(mesh.texcoords == [0, 0, 1, 0, 0, 0, 0, 0])
  }

  @Test("A polygon of 5 000 corners on one line is a fan")
  func longLine() throws {
    let n = 5000
    let corners = (0..<n).map { "v \(cos(2 * Double.pi * Double($0) / Double(n))) \(Double($0 % 7)) 0\n" }.joined()
    #expect(try Self.obj(corners + "f " + (1...n).map { "\($0)" }.joined(separator: " ")).triangles.count == n - 2)
  }
}
