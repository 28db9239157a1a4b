/// The binary buffer of a glTF asset that is being written, with its views and accessors.
struct GLTFBuffer {
  private(set) var bytes: [UInt8] = []
  private(set) var views: [GLTFDocument.BufferView] = []
  private(set) var accessors: [GLTFDocument.Accessor] = []

  private enum Target: Int { case vertices = 34962, indices = 34963 }

  /// Floats for vertices.
  ///
  /// - Parameters:
  ///   - values: shape [count × components].
  ///   - hasBounds: whether the smallest and largest values are written, as positions need.
  /// - Returns: the accessor's number.
  mutating func add(_ values: [Float], components: Int, hasBounds: Bool = false) -> Int {
    let view = append(values.map(\.bitPattern), .vertices)
    let types = [1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"]
    var accessor = GLTFDocument.Accessor(
      bufferView: view, componentType: 5126, count: values.count / components, type: types[components] ?? "SCALAR")
    if hasBounds {
      var low = [Float](repeating: .infinity, count: components)
      var high = [Float](repeating: -.infinity, count: components)
      for (index, value) in values.enumerated() {
        low[index % components] = min(low[index % components], value)
        high[index % components] = max(high[index % components], value)
      }
      (accessor.min, accessor.max) = (low.map(Double.init), high.map(Double.init))
    }
    accessors.append(accessor)
    return accessors.count - 1
  }

  /// Corner indices.
  mutating func add(_ triangles: [SIMD3<UInt32>]) -> Int {
    let view = append(triangles.flatMap { [$0.x, $0.y, $0.z] }, .indices)
    accessors.append(
      GLTFDocument.Accessor(bufferView: view, componentType: 5125, count: 3 * triangles.count, type: "SCALAR"))
    return accessors.count - 1
  }

  /// A file in the buffer; returns its view.
  mutating func add(file: [UInt8]) -> Int {
    views.append(GLTFDocument.BufferView(byteOffset: bytes.count, byteLength: file.count))
    bytes += file
    while bytes.count % 4 != 0 { bytes.append(0) }
    return views.count - 1
  }

  private mutating func append(_ words: [UInt32], _ target: Target) -> Int {
    views.append(
      GLTFDocument.BufferView(byteOffset: bytes.count, byteLength: 4 * words.count, target: target.rawValue))
    bytes.reserveCapacity(bytes.count + 4 * words.count)
    for word in words {
      for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    return views.count - 1
  }
}
