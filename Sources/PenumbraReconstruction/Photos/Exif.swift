import Foundation

/// What a JPEG file says of how it was taken.
///
/// - Source: Exif 2.32 (CIPA DC-008), TIFF 6.0 directories inside the APP1 segment.
public struct Exif: Sendable, Equatable {
  /// 1...8: which side of the stored picture is up; 1 as stored.
  public var orientation = 1
  /// Seconds.
  public var exposureTime: Double?
  public var fNumber: Double?
  public var isoSpeed: Double?

  /// Light that a unit of radiance leaves in the picture, up to a common factor: t · ISO / N².
  public var exposure: Double? {
    guard let exposureTime, exposureTime > 0 else { return nil }
    let n = fNumber ?? 1
    return exposureTime * (isoSpeed ?? 100) / (n > 0 ? n * n : 1)
  }

  /// The tags of a JPEG file; `nil` when it has none that can be read.
  public init?(jpeg bytes: [UInt8]) {
    guard bytes.starts(with: [0xFF, 0xD8]) else { return nil }
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF, bytes[position + 1] != 0xDA {
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let body = (position + 4)..<min(bytes.count, position + 2 + max(length, 2))
      if bytes[position + 1] == 0xE1, bytes[body].starts(with: Array("Exif\0\0".utf8)) {
        let tiff = TIFF(bytes: Array(bytes[body].dropFirst(6)))
        guard let tiff, tiff.isReadable else { return nil }
        read(tiff)
        return
      }
      position += 2 + max(length, 2)
    }
    return nil
  }

  private mutating func read(_ tiff: TIFF) {
    let main = tiff.entries(at: tiff.integer(4, 4) ?? 0)
    if let value = main[0x0112].flatMap(tiff.number), (1...8).contains(value) { orientation = Int(value) }
    guard let offset = main[0x8769].flatMap(tiff.number) else { return }
    let details = tiff.entries(at: Int(offset))
    exposureTime = details[0x829A].flatMap(tiff.number)
    fNumber = details[0x829D].flatMap(tiff.number)
    isoSpeed = details[0x8827].flatMap(tiff.number)
  }
}

/// Directories of a TIFF file in memory; every access is checked.
private struct TIFF {
  let bytes: [UInt8]
  let isLittleEndian: Bool

  init?(bytes: [UInt8]) {
    guard bytes.count >= 8, bytes[0] == bytes[1], bytes[0] == 0x49 || bytes[0] == 0x4D else { return nil }
    (self.bytes, isLittleEndian) = (bytes, bytes[0] == 0x49)
  }

  var isReadable: Bool { integer(2, 2) == 42 }

  func integer(_ at: Int, _ size: Int) -> Int? {
    guard at >= 0, at <= bytes.count - size else { return nil }
    let slice = bytes[at..<(at + size)]
    return (isLittleEndian ? Array(slice.reversed()) : Array(slice)).reduce(0) { $0 << 8 | Int($1) }
  }

  /// Positions of the 12-byte entries by tag.
  func entries(at offset: Int) -> [Int: Int] {
    guard let count = integer(offset, 2) else { return [:] }
    var result: [Int: Int] = [:]
    for i in 0..<min(count, 512) {
      let entry = offset + 2 + 12 * i
      if let tag = integer(entry, 2), entry + 12 <= bytes.count { result[tag] = entry }
    }
    return result
  }

  /// The first value of an entry: SHORT, LONG or RATIONAL.
  func number(_ entry: Int) -> Double? {
    switch integer(entry + 2, 2) {
    case 3: return integer(entry + 8, 2).map(Double.init)
    case 4: return integer(entry + 8, 4).map(Double.init)
    case 5:
      guard let at = integer(entry + 8, 4), let a = integer(at, 4), let b = integer(at + 4, 4), b != 0 else {
        return nil
      }
      return Double(a) / Double(b)
    default: return nil
    }
  }
}
