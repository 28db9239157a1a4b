/// Reads one mesh of a Mitsuba `.serialized` file, versions 3 and 4, single or double precision.
///
/// A file is a sequence of meshes, each a four-byte header and a zlib stream, and ends with the offsets of the meshes
/// and their number. As in Mitsuba 3, vertex colours and the flag for face normals are passed over.
enum SerializedReader {
  private static let format: UInt16 = 0x041C
  /// Names above this length are refused.
  private static let longestName = 4096

  private enum Flag {
    static let normals: UInt32 = 0x0001
    static let texcoords: UInt32 = 0x0002
    static let colors: UInt32 = 0x0008
    static let double: UInt32 = 0x2000
  }

  /// - Parameter index: which mesh of the file, from 0.
  static func read(_ bytes: [UInt8], index: Int, file: String) throws(SceneError) -> MeshData {
    let version = try version(bytes, at: 0, file: file)
    let start = index == 0 ? 0 : try offset(of: index, bytes, version: version, file: file)
    _ = try self.version(bytes, at: start, file: file)
    do {
      return try bytes.withUnsafeBufferPointer { buffer in
        try mesh(UnsafeBufferPointer(rebasing: buffer[(start + 4)...]), version: version, file: file)
      }
    } catch let error as SceneError {
      throw error
    } catch {
      throw SceneError(.malformed, at: file, found: "\(error)")
    }
  }

  private static func version(_ bytes: [UInt8], at start: Int, file: String) throws(SceneError) -> UInt16 {
    guard start + 4 <= bytes.count, bytes.littleEndian(at: start, width: 2) == UInt64(format) else {
      throw SceneError(.malformed, at: file, expected: "a serialized mesh at byte \(start)", found: "other data")
    }
    let version = bytes.littleEndian(at: start + 2, width: 2)
    guard version == 3 || version == 4 else {
      throw SceneError(.unsupported, at: file, expected: "version 3 or 4 of the format", found: "\(version)")
    }
    return UInt16(version)
  }

  /// From the dictionary at the end of the file; its offsets have 4 bytes in version 3, 8 in version 4.
  private static func offset(of index: Int, _ bytes: [UInt8], version: UInt16, file: String) throws(SceneError) -> Int {
    let width = version == 3 ? 4 : 8
    let count = Int(bytes.count >= 8 ? bytes.littleEndian(at: bytes.count - 4, width: 4) : 0)
    guard count <= (bytes.count - 4) / width else {
      throw SceneError(.malformed, at: file, expected: "a dictionary of \(count) meshes", found: "a shorter file")
    }
    guard index >= 0, index < count else {
      throw SceneError(.outOfRange, at: file, expected: "shape_index in 0..<\(count)", found: "\(index)")
    }
    let offset = bytes.littleEndian(at: bytes.count - 4 - width * (count - index), width: width)
    guard offset <= UInt64(bytes.count - 4) else {
      throw SceneError(.malformed, at: file, expected: "mesh \(index) inside the file", found: "offset \(offset)")
    }
    return Int(offset)
  }

  /// A little-endian number of `width` bytes.
  // MARK: - The compressed part

  private static func mesh(_ input: UnsafeBufferPointer<UInt8>, version: UInt16, file: String) throws(SceneError)
    -> MeshData
  {
    var stream = try InflateStream(input, file: file)
    let flags = try stream.integer(UInt32.self)
    if version == 4 {
      var length = 0
      while try stream.integer(UInt8.self) != 0 {
        length += 1
        guard length <= longestName else {
          throw SceneError(.malformed, at: file, expected: "a name of at most \(longestName) bytes", found: "more")
        }
      }
    }
    let vertexCount = try count("vertices", &stream, file: file)
    let triangleCount = try count("triangles", &stream, file: file)
    let isDouble = flags & Flag.double != 0
    var perVertex = 3
    for (flag, size) in [(Flag.normals, 3), (Flag.texcoords, 2), (Flag.colors, 3)] where flags & flag != 0 {
      perVertex += size
    }
    guard stream.canHold(vertexCount * perVertex * (isDouble ? 8 : 4) + 12 * triangleCount) else {
      throw SceneError(
        .malformed, at: file, expected: "\(vertexCount) vertices and \(triangleCount) triangles",
        found: "\(input.count) compressed bytes")
    }
    var mesh = MeshData()
    func floats(_ size: Int) throws(SceneError) -> [Float] {
      try array(size * vertexCount, isDouble: isDouble, &stream, file: file)
    }
    mesh.positions = try floats(3)
    if flags & Flag.normals != 0 { mesh.normals = try floats(3) }
    if flags & Flag.texcoords != 0 { mesh.texcoords = try floats(2) }
    if flags & Flag.colors != 0 { _ = try floats(3) }
    let corners = try values(3 * triangleCount, UInt32(0), &stream)
    mesh.triangles.reserveCapacity(triangleCount)
    for triangle in 0..<triangleCount {
      let indices = SIMD3(corners[3 * triangle], corners[3 * triangle + 1], corners[3 * triangle + 2])
      guard indices.max() < UInt32(vertexCount) else {
        throw SceneError(
          .outOfRange, at: file, expected: "indices below \(vertexCount) in triangle \(triangle)",
          found: "\(indices.max())")
      }
      mesh.triangles.append(indices)
    }
    return mesh
  }

  private static func count(_ what: String, _ stream: inout InflateStream, file: String) throws(SceneError) -> Int {
    let count = try stream.integer(UInt64.self)
    guard count > 0, count <= UInt64(MeshData.maximumCount) else {
      throw SceneError(.outOfRange, at: file, expected: "1 to 2³² \(what)", found: "\(count)")
    }
    return Int(count)
  }

  private static func array(_ count: Int, isDouble: Bool, _ stream: inout InflateStream, file: String)
    throws(SceneError) -> [Float]
  {
    let result =
      isDouble ? try values(count, Double(0), &stream).map { Float($0) } : try values(count, Float(0), &stream)
    if let index = result.firstIndex(where: { !$0.isFinite }) {
      throw SceneError(.outOfRange, at: file, expected: "finite vertices", found: "\(result[index]) at number \(index)")
    }
    return result
  }

  /// Numbers as the file has them, which is how this machine has them: little-endian.
  private static func values<Value: BitwiseCopyable>(_ count: Int, _ zero: Value, _ stream: inout InflateStream)
    throws(SceneError) -> [Value]
  {
    var failure: SceneError?
    let result = [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
      buffer.initialize(repeating: zero)
      do throws(SceneError) {
        try stream.read(into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
      initialized = count
    }
    if let failure { throw failure }
    return result
  }
}
