/// The numbers of a PLY file's body, one after the other, whatever their encoding.
struct PLYValues {
  var scanner: ByteScanner
  let encoding: PLYHeader.Encoding

  /// The next number as a double, which holds every PLY type exactly.
  mutating func next(_ type: PLYHeader.Scalar) throws(SceneError) -> Double {
    guard encoding == .ascii else { return try binary(type) }
    scanner.skipWhitespace()
    let word = scanner.word()
    switch type {
    case .float, .double:
      guard let value = scanner.number(word) else { throw scanner.fault("a number", found: scanner.describe(word)) }
      return Double(value)
    default:
      scanner.offset = word.lowerBound
      return Double(try scanner.integer("an integer"))
    }
  }

  private mutating func binary(_ type: PLYHeader.Scalar) throws(SceneError) -> Double {
    switch type {
    case .int8: Double(Int8(truncatingIfNeeded: try bits(1)))
    case .uint8: Double(try bits(1))
    case .int16: Double(Int16(truncatingIfNeeded: try bits(2)))
    case .uint16: Double(try bits(2))
    case .int32: Double(Int32(truncatingIfNeeded: try bits(4)))
    case .uint32: Double(try bits(4))
    case .float: Double(Float(bitPattern: UInt32(truncatingIfNeeded: try bits(4))))
    case .double: Double(bitPattern: try bits(8))
    }
  }

  private mutating func bits(_ count: Int) throws(SceneError) -> UInt64 {
    guard scanner.bytes.count - scanner.offset >= count else {
      throw SceneError(.malformed, at: scanner.file, expected: "more data", found: "the end of the file")
    }
    var value: UInt64 = 0
    for index in 0..<count {
      let byte = UInt64(scanner.bytes[scanner.offset + index])
      value |= byte << UInt64(8 * (encoding == .littleEndian ? index : count - 1 - index))
    }
    scanner.offset += count
    return value
  }
}
