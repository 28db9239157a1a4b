extension [UInt8] {
  /// A number of up to eight bytes, the lowest first.
  func littleEndian(at start: Int, width: Int) -> UInt64 {
    (0..<width).reduce(0) { $0 | UInt64(self[start + $1]) << UInt64(8 * $1) }
  }
}
