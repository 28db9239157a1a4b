import CHugePages

/// Vertices of 32-bit floats in little-endian order, each of a known meaning: copied without looking at types per number.
struct PackedVertices {
  private let count: Int
  private let stride: Int
  private let positions: Int
  private let normals: Int?
  private let texcoords: Int?

  var byteCount: Int { count * stride }

  /// `nil` for other layouts.
  init?(_ element: PLYHeader.Element) {
    let properties = element.properties
    guard properties.allSatisfy({ $0.countType == nil && $0.type == .float }) else { return nil }
    let names = properties.map(\.name)
    func place(_ group: [String]) -> Int? {
      guard let first = names.firstIndex(of: group[0]), first + group.count <= names.count,
        Array(names[first..<(first + group.count)]) == group
      else { return nil }
      return first
    }
    guard let positions = place(["x", "y", "z"]) else { return nil }
    normals = place(["nx", "ny", "nz"])
    texcoords = place(["u", "v"]) ?? place(["s", "t"])
    guard names.count == 3 + (normals == nil ? 0 : 3) + (texcoords == nil ? 0 : 2) else { return nil }
    self.positions = positions
    (count, stride) = (element.count, 4 * names.count)
  }

  /// `nil` where a number is not finite or the data ends.
  func read(_ bytes: [UInt8], at offset: Int) -> (positions: [Float], normals: [Float], texcoords: [Float])? {
    guard bytes.count - offset >= byteCount else { return nil }
    return bytes.withUnsafeBytes { source in
      guard let base = source.baseAddress.map({ $0 + offset }), let p = column(base, positions, 3) else { return nil }
      let n = normals.map { column(base, $0, 3) } ?? []
      let t = texcoords.map { column(base, $0, 2) } ?? []
      guard let n, let t else { return nil }
      return (p, n, t)
    }
  }

  private func column(_ base: UnsafeRawPointer, _ first: Int, _ size: Int) -> [Float]? {
    // Zero times a finite number is zero; anything else spoils the sum.
    var check: Float = 0
    let result = [Float](unsafeUninitializedCapacity: count * size) { output, initialized in
      chugepages_advise(output.baseAddress, 4 * output.count)
      var target = 0
      for vertex in 0..<count {
        let source = base + (vertex &* stride &+ 4 &* first)
        for component in 0..<size {
          let value = Float(bitPattern: source.loadUnaligned(fromByteOffset: 4 &* component, as: UInt32.self))
          check += 0 * value
          output[target] = value
          target &+= 1
        }
      }
      initialized = target
    }
    return check == 0 ? result : nil
  }
}

/// Faces that are triangles: one byte for the length, then three 32-bit indices in little-endian order.
struct PackedTriangles {
  private static let stride = 13
  private let count: Int

  var byteCount: Int { count * Self.stride }

  /// `nil` for other layouts.
  init?(_ element: PLYHeader.Element) {
    guard element.properties.count == 1, let list = element.properties.first,
      list.name == "vertex_indices" || list.name == "vertex_index", [.uint8, .int8].contains(list.countType),
      [.int32, .uint32].contains(list.type)
    else { return nil }
    count = element.count
  }

  /// `nil` where a face is not a triangle, an index lies outside the mesh or the data ends.
  func read(_ bytes: [UInt8], at offset: Int, vertexCount: Int) -> [SIMD3<UInt32>]? {
    guard bytes.count - offset >= byteCount else { return nil }
    var isUsable = true
    let limit = UInt32(clamping: vertexCount)
    let result = [SIMD3<UInt32>](unsafeUninitializedCapacity: count) { output, initialized in
      chugepages_advise(output.baseAddress, MemoryLayout<SIMD3<UInt32>>.stride * output.count)
      bytes.withUnsafeBytes { source in
        guard var face = source.baseAddress.map({ $0 + offset }) else { return }
        for triangle in 0..<count {
          let corners = SIMD3(
            face.loadUnaligned(fromByteOffset: 1, as: UInt32.self),
            face.loadUnaligned(fromByteOffset: 5, as: UInt32.self),
            face.loadUnaligned(fromByteOffset: 9, as: UInt32.self))
          isUsable = isUsable && face.load(as: UInt8.self) == 3 && max(corners.x, corners.y, corners.z) < limit
          output[triangle] = corners
          face += Self.stride
        }
      }
      initialized = count
    }
    return isUsable ? result : nil
  }
}
