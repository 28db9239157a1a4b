/// Appends numbers, arrays and texts as little-endian bytes.
struct ByteEncoder {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ value: Double) { append(value.bitPattern) }

  mutating func append(_ values: [Float]) {
    append(UInt64(values.count))
    bytes.reserveCapacity(bytes.count + 4 * values.count)
    for value in values { append(value.bitPattern) }
  }

  mutating func append(_ values: [Double]) {
    append(UInt64(values.count))
    for value in values { append(value) }
  }

  mutating func append(_ text: String) {
    append(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }
}

/// Reads back what `ByteEncoder` wrote; `nil` at every place where the bytes end too early or make no sense.
struct ByteDecoder {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var isAtEnd: Bool { position == bytes.endIndex }

  mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value? {
    let size = MemoryLayout<Value>.size
    guard bytes.endIndex - position >= size else { return nil }
    var value: Value = 0
    for index in (position..<(position + size)).reversed() {
      value = (value << 8) | Value(truncatingIfNeeded: bytes[index])
    }
    position += size
    return value
  }

  mutating func double() -> Double? { integer(UInt64.self).map(Double.init(bitPattern:)) }

  mutating func count(elementSize: Int) -> Int? {
    guard let count = integer(UInt64.self), count <= UInt64((bytes.endIndex - position) / elementSize) else {
      return nil
    }
    return Int(count)
  }

  mutating func floats() -> [Float]? {
    guard let count = count(elementSize: 4) else { return nil }
    var values: [Float] = []
    values.reserveCapacity(count)
    for _ in 0..<count {
      guard let bits = integer(UInt32.self) else { return nil }
      values.append(Float(bitPattern: bits))
    }
    return values
  }

  mutating func doubles() -> [Double]? {
    guard let count = count(elementSize: 8) else { return nil }
    var values: [Double] = []
    values.reserveCapacity(count)
    for _ in 0..<count {
      guard let value = double() else { return nil }
      values.append(value)
    }
    return values
  }

  mutating func string() -> String? {
    guard let count = count(elementSize: 1) else { return nil }
    defer { position += count }
    return String(validating: bytes[position..<(position + count)], as: UTF8.self)
  }
}
