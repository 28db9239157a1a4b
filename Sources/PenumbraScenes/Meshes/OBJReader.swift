/// Reads Wavefront OBJ: positions, texture coordinates, normals, polygons and the names of their materials.
///
/// A vertex is a combination of indices that some face uses; vertices are numbered in the order of their first use, as
/// Mitsuba numbers them. Polygons become fans of triangles. Where only some corners have texture coordinates the others
/// get zeros, as in Mitsuba; missing normals are those of the surface.
struct OBJReader {
  private var scanner: ByteScanner
  private var positions: [Float] = []
  private var texcoords: [Float] = []
  private var normals: [Float] = []
  private var mesh = MeshData()
  /// What each vertex is made of.
  private var corners: [Corner] = []
  /// The vertex that was last made of each position, −1 for none; most have no other.
  private var newest: [Int32] = []
  /// All other vertices.
  private var others: [Corner: UInt32] = [:]
  private var lacksNormals = false
  private var runs: [(material: String, firstTriangle: Int)] = []
  private var libraries: [String] = []

  /// Indices into the three lists of the file, from 0; −1 where a corner gives none.
  private struct Corner: Hashable { var position, texcoord, normal: Int32 }

  static func read(_ bytes: [UInt8], file: String) throws(SceneError) -> MeshData {
    try readModel(bytes, file: file).mesh
  }

  /// The mesh with the names of its materials, in order, and of the files that describe them.
  static func readModel(_ bytes: [UInt8], file: String) throws(SceneError) -> OBJModel {
    var reader = OBJReader(scanner: ByteScanner(file: file, bytes: bytes))
    while !reader.scanner.isAtEnd { try reader.readLine() }
    guard !reader.mesh.triangles.isEmpty else {
      throw SceneError(.malformed, at: file, expected: "at least one face", found: "none")
    }
    if reader.lacksNormals { reader.fillNormals() }
    return OBJModel(mesh: reader.mesh, runs: reader.runs, libraries: reader.libraries)
  }

  private init(scanner: ByteScanner) { self.scanner = scanner }

  private mutating func readLine() throws(SceneError) {
    let keyword = scanner.word()
    if scanner.equals(keyword, "v") {
      for axis in ["x", "y", "z"] { positions.append(try scanner.float("number for \(axis)")) }
      newest.append(-1)
    } else if scanner.equals(keyword, "vt") {
      texcoords.append(try scanner.float("number for u"))
      texcoords.append(scanner.isAtLineEnd() ? 0 : try scanner.float("number for v"))
    } else if scanner.equals(keyword, "vn") {
      for axis in ["x", "y", "z"] { normals.append(try scanner.float("number for \(axis)")) }
    } else if scanner.equals(keyword, "f") {
      try readFace()
    } else if scanner.equals(keyword, "usemtl") {
      runs.append((restOfLine(), mesh.triangles.count))
    } else if scanner.equals(keyword, "mtllib") {
      libraries.append(restOfLine())
    } else {
      try checkSkipped(keyword)
    }
    scanner.nextLine()
  }

  private mutating func restOfLine() -> String {
    scanner.skipBlanks()
    let start = scanner.offset
    while scanner.offset < scanner.bytes.count, scanner.bytes[scanner.offset] != 0x0A { scanner.offset += 1 }
    let text = String(decoding: scanner.bytes[start..<min(scanner.offset, start + 1024)], as: UTF8.self)
    return String(text.reversed().drop { $0.isWhitespace }.reversed())
  }

  /// Known lines that carry no geometry for us; anything else is not an OBJ file.
  private func checkSkipped(_ keyword: Range<Int>) throws(SceneError) {
    guard let first = keyword.first, scanner.bytes[first] != UInt8(ascii: "#") else { return }
    let known: [StaticString] = [
      "g", "o", "s", "l", "p", "vp", "cstype", "deg", "bmat", "step", "curv", "curv2", "surf",
      "parm", "trim", "hole", "scrv", "sp", "end", "con", "mg", "bevel", "c_interp", "d_interp", "lod", "shadow_obj",
      "trace_obj", "ctech", "stech", "usemap", "maplib", "call", "csh",
    ]
    guard known.contains(where: { scanner.equals(keyword, $0) }) else {
      throw scanner.fault("an OBJ statement such as v, vt, vn or f", found: scanner.describe(keyword))
    }
  }

  private mutating func readFace() throws(SceneError) {
    var (count, first, previous) = (0, UInt32(0), UInt32(0))
    while !scanner.isAtLineEnd() {
      if scanner.continuesOnNextLine() { continue }
      let current = try vertex(readCorner())
      if count == 0 { first = current }
      if count >= 2 { mesh.triangles.append([first, previous, current]) }
      previous = current
      count += 1
    }
    guard count >= 3 else { throw scanner.fault("at least 3 corners in a face", found: "\(count)") }
    guard mesh.triangles.count <= MeshData.maximumCount else {
      throw scanner.fault("fewer than 2³² triangles", found: "more", .outOfRange)
    }
  }

  /// `v`, `v/vt`, `v//vn` or `v/vt/vn`, the last parts possibly empty; negative numbers count back from the last entry.
  private mutating func readCorner() throws(SceneError) -> Corner {
    let word = scanner.word()
    scanner.offset = word.lowerBound
    var corner = Corner(position: -1, texcoord: -1, normal: -1)
    corner.position = try index(in: word, of: positions.count / 3, "position")
    if skipSlash(word) {
      if !(scanner.offset < word.upperBound && scanner.bytes[scanner.offset] == UInt8(ascii: "/")) {
        corner.texcoord = try index(in: word, of: texcoords.count / 2, "texture coordinate")
      }
      if skipSlash(word), scanner.offset < word.upperBound {
        corner.normal = try index(in: word, of: normals.count / 3, "normal")
      }
    }
    guard scanner.offset == word.upperBound else {
      throw scanner.fault("a face corner like 1/2/3", found: scanner.describe(word))
    }
    return corner
  }

  private mutating func skipSlash(_ word: Range<Int>) -> Bool {
    guard scanner.offset < word.upperBound, scanner.bytes[scanner.offset] == UInt8(ascii: "/") else { return false }
    scanner.offset += 1
    return true
  }

  private mutating func index(in word: Range<Int>, of count: Int, _ what: String) throws(SceneError) -> Int32 {
    guard let number = scanner.signedInteger(), scanner.offset <= word.upperBound else {
      throw scanner.fault("a \(what) index", found: scanner.describe(word))
    }
    let index = number < 0 ? count + number : number - 1
    guard number != 0, index >= 0, index < count, index < Int(Int32.max) else {
      throw scanner.fault("a \(what) index in 1...\(count)", found: "\(number)", .outOfRange)
    }
    return Int32(index)
  }

  /// The number of the mesh vertex for a corner, made on first use.
  private mutating func vertex(_ corner: Corner) throws(SceneError) -> UInt32 {
    let last = newest[Int(corner.position)]
    if last >= 0 {
      if corners[Int(last)] == corner { return UInt32(last) }
      if let known = others[corner] { return known }
      others[corners[Int(last)]] = UInt32(last)
    }
    let number = UInt32(corners.count)
    guard number < Int32.max else { throw scanner.fault("fewer than 2³¹ vertices", found: "more", .outOfRange) }
    newest[Int(corner.position)] = Int32(number)
    corners.append(corner)
    mesh.positions += positions[(3 * Int(corner.position))..<(3 * Int(corner.position) + 3)]
    if corner.texcoord >= 0 {
      if mesh.texcoords.count < 2 * Int(number) { pad(&mesh.texcoords, to: 2 * Int(number)) }
      mesh.texcoords += texcoords[(2 * Int(corner.texcoord))..<(2 * Int(corner.texcoord) + 2)]
    } else if !mesh.texcoords.isEmpty {
      mesh.texcoords += [0, 0]
    }
    if corner.normal >= 0 {
      if mesh.normals.count < 3 * Int(number) {
        pad(&mesh.normals, to: 3 * Int(number))
        lacksNormals = true
      }
      mesh.normals += normals[(3 * Int(corner.normal))..<(3 * Int(corner.normal) + 3)]
    } else if !mesh.normals.isEmpty {
      mesh.normals += [0, 0, 0]
      lacksNormals = true
    }
    return number
  }

  private func pad(_ values: inout [Float], to count: Int) {
    values.append(contentsOf: repeatElement(0, count: count - values.count))
  }

  private mutating func fillNormals() {
    let smooth = VertexNormals.compute(for: mesh)
    for vertex in 0..<mesh.vertexCount where mesh.normals[3 * vertex..<3 * vertex + 3].allSatisfy({ $0 == 0 }) {
      for axis in 0..<3 { mesh.normals[3 * vertex + axis] = smooth[3 * vertex + axis] }
    }
  }
}
