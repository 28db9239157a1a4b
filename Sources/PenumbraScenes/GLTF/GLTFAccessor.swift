/// Numbers of a glTF accessor: checked against its buffer, converted to floats or indices, sparse entries applied.
struct GLTFAccessor {
  private let file: GLTFFile
  private let node: JSONNode
  let count: Int
  let components: Int
  private let type: Component
  private let isNormalized: Bool

  /// Accessors without data are all zeros, and cost nothing in the file.
  private static let maximumEmptyCount = 1 << 24

  private enum Component: Int {
    case int8 = 5120, uint8, int16, uint16
    case uint32 = 5125, float

    var byteCount: Int {
      switch self {
      case .int8, .uint8: 1
      case .int16, .uint16: 2
      case .uint32, .float: 4
      }
    }
  }

  init(_ index: Int, in file: GLTFFile, _ accessors: [JSONNode], place: String) throws(SceneError) {
    guard index < accessors.count else {
      throw SceneError(.outOfRange, at: place, expected: "an accessor below \(accessors.count)", found: "\(index)")
    }
    node = accessors[index]
    self.file = file
    let counts = ["SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4]
    guard let components = counts[try node.string("type") ?? ""],
      let type = Component(rawValue: try node.integer("componentType") ?? 0)
    else { throw SceneError(.malformed, at: node.place, expected: "scalars or vectors", found: "another type") }
    count = try node.integer("count") ?? 0
    guard count > 0, count <= MeshData.maximumCount else {
      throw SceneError(.outOfRange, at: node.place, expected: "1 to 2³² entries", found: "\(count)")
    }
    isNormalized = try node.boolean("normalized")
    (self.components, self.type) = (components, type)
  }

  /// Row-major, shape [count × components].
  func floats() throws(SceneError) -> [Float] {
    var result = try values { self.float($0, $1) }
    try applySparse(to: &result) { self.float($0, $1) }
    if let index = result.firstIndex(where: { !$0.isFinite }) {
      throw SceneError(.outOfRange, at: node.place, expected: "finite numbers", found: "\(result[index]) at \(index)")
    }
    return result
  }

  /// Shape [count].
  func indices() throws(SceneError) -> [UInt32] {
    guard components == 1, [.uint8, .uint16, .uint32].contains(type) else {
      throw SceneError(.malformed, at: node.place, expected: "unsigned scalars", found: "another type")
    }
    var result = try values { Self.unsigned($0, $1, type) }
    try applySparse(to: &result) { Self.unsigned($0, $1, type) }
    return result
  }

  private func values<Value>(_ convert: (UnsafePointer<UInt8>, Component) -> Value) throws(SceneError) -> [Value]
  where Value: Numeric {
    guard let view = try node.target("bufferView", in: file.views) else {
      guard count <= Self.maximumEmptyCount else {
        throw SceneError(.outOfRange, at: node.place, expected: "a buffer view", found: "\(count) entries without one")
      }
      return [Value](repeating: 0, count: count * components)
    }
    return try read(view, offset: try node.integer("byteOffset") ?? 0, count: count, components, type, convert)
  }

  private func read<Value>(
    _ view: JSONNode, offset: Int, count: Int, _ components: Int, _ type: Component,
    _ convert: (UnsafePointer<UInt8>, Component) -> Value
  ) throws(SceneError) -> [Value] {
    let (buffer, range) = try file.bytes(of: view)
    let size = type.byteCount * components
    let stride = try view.integer("byteStride") ?? size
    guard stride >= size || count == 1, stride <= 4096, offset <= range.count,
      count == 0 || (count - 1) * stride + size <= range.count - offset
    else {
      throw SceneError(
        .outOfRange, at: node.place, expected: "\(count) entries inside \(view.place)", found: "\(range.count) bytes")
    }
    return file.buffers[buffer].withUnsafeBufferPointer { bytes in
      [Value](unsafeUninitializedCapacity: count * components) { output, initialized in
        var target = 0
        guard let base = bytes.baseAddress else { return }
        for entry in 0..<count {
          let source = base + (range.lowerBound + offset + entry * stride)
          for component in 0..<components {
            output.initializeElement(at: target, to: convert(source + component * type.byteCount, type))
            target += 1
          }
        }
        initialized = target
      }
    }
  }

  private func applySparse<Value>(
    to values: inout [Value], _ convert: (UnsafePointer<UInt8>, Component) -> Value
  ) throws(SceneError) {
    guard let sparse = try node.child("sparse") else { return }
    guard let indices = try sparse.child("indices"), let content = try sparse.child("values"),
      let number = try sparse.integer("count"), number <= count,
      let type = Component(rawValue: try indices.integer("componentType") ?? 0),
      [.uint8, .uint16, .uint32].contains(type), let indexView = try indices.target("bufferView", in: file.views),
      let valueView = try content.target("bufferView", in: file.views)
    else { throw SceneError(.malformed, at: node.place, expected: "complete sparse entries", found: "others") }
    let places = try read(indexView, offset: try indices.integer("byteOffset") ?? 0, count: number, 1, type) {
      Self.unsigned($0, $1, $1)
    }
    let entries = try read(
      valueView, offset: try content.integer("byteOffset") ?? 0, count: number, components, self.type, convert)
    for (entry, place) in places.enumerated() {
      guard Int(place) < count else {
        throw SceneError(.outOfRange, at: node.place, expected: "sparse indices below \(count)", found: "\(place)")
      }
      for c in 0..<components { values[Int(place) * components + c] = entries[entry * components + c] }
    }
  }

  // MARK: - One number

  private static func unsigned(_ p: UnsafePointer<UInt8>, _ type: Component, _: Component) -> UInt32 {
    let low = UInt32(p[0])
    if type == .uint8 { return low }
    let middle = low | UInt32(p[1]) << 8
    return type == .uint16 ? middle : middle | UInt32(p[2]) << 16 | UInt32(p[3]) << 24
  }

  private func float(_ p: UnsafePointer<UInt8>, _ type: Component) -> Float {
    switch type {
    case .float: Float(bitPattern: Self.unsigned(p, .uint32, .uint32))
    case .uint32: Float(Self.unsigned(p, .uint32, .uint32))
    case .int8: isNormalized ? max(Float(Int8(bitPattern: p[0])) / 127, -1) : Float(Int8(bitPattern: p[0]))
    case .uint8: isNormalized ? Float(p[0]) / 255 : Float(p[0])
    case .uint16: Float(Self.unsigned(p, .uint16, .uint16)) * (isNormalized ? 1 / 65535 : 1)
    case .int16:
      isNormalized
        ? max(Float(Int16(truncatingIfNeeded: Self.unsigned(p, .uint16, .uint16))) / 32767, -1)
        : Float(Int16(truncatingIfNeeded: Self.unsigned(p, .uint16, .uint16)))
    }
  }
}
