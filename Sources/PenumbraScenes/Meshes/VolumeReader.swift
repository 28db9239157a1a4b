/// Reads Mitsuba's `.vol` files, version 3, of one channel of 32-bit numbers.
enum VolumeReader {
  private static let headerBytes = 48
  /// Corners along an axis; more are refused.
  private static let largestSide = 4096

  static func read(_ bytes: [UInt8], file: String) throws(SceneError) -> DistanceGrid {
    func word(_ offset: Int) -> UInt32 { UInt32(bytes.littleEndian(at: offset, width: 4)) }
    guard bytes.count >= headerBytes, bytes.starts(with: [0x56, 0x4F, 0x4C]) else {
      throw SceneError(.malformed, at: file, expected: "a volume that begins with 'VOL'", found: "other data")
    }
    guard bytes[3] == 3, word(4) == 1 else {
      throw SceneError(
        .unsupported, at: file, expected: "version 3 with numbers of type 1, 32 bits",
        found: "version \(bytes[3]) with type \(word(4))")
    }
    guard word(20) == 1 else {
      throw SceneError(.outOfRange, at: file, expected: "1 channel", found: "\(word(20))")
    }
    let sides = [word(8), word(12), word(16)]
    guard sides.allSatisfy({ (2...UInt32(largestSide)).contains($0) }) else {
      throw SceneError(
        .outOfRange, at: file, expected: "2...\(largestSide) numbers along each axis",
        found: sides.map { "\(Int32(bitPattern: $0))" }.joined(separator: " × "))
    }
    let size = SIMD3(Int(sides[0]), Int(sides[1]), Int(sides[2]))
    let count = size.x * size.y * size.z
    guard bytes.count - headerBytes >= 4 * count else {
      throw SceneError(
        .malformed, at: file, expected: "\(count) numbers", found: "\((bytes.count - headerBytes) / 4)")
    }
    let values = (0..<count).map { Float(bitPattern: word(headerBytes + 4 * $0)) }
    guard values.allSatisfy(\.isFinite) else {
      throw SceneError(.outOfRange, at: file, expected: "finite numbers", found: "others")
    }
    return DistanceGrid(size: size, values: values)
  }
}
