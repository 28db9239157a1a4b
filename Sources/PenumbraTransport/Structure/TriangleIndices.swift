/// Corner indices of a mesh's triangles, in one block of memory that all copies and the renderer share.
public struct TriangleIndices: RandomAccessCollection, @unchecked Sendable {
  // Written before it is shared, and only read since.
  /// Shape [triangles × 3].
  let storage: OwnedBuffer<UInt32>

  public init(_ triangles: [SIMD3<UInt32>]) {
    storage = OwnedBuffer(uninitialized: 3 * triangles.count)
    var target = storage.base
    for corners in triangles {
      for corner in 0..<3 { target[corner] = corners[corner] }
      target += 3
    }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { storage.count / 3 }

  public subscript(_ triangle: Int) -> SIMD3<UInt32> {
    let corners = storage.base + 3 * triangle
    return SIMD3(corners[0], corners[1], corners[2])
  }
}
