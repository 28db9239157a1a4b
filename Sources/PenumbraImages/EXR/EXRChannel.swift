import COpenEXR

/// One channel of an EXR file.
struct EXRChannel {
  let name: String
  let type: exr_pixel_type_t

  var sampleBytes: Int { type == EXR_PIXEL_HALF ? 2 : 4 }

  /// Indices of channels in the order of `Image`: layer by layer, unnamed layer first; colours as R, G, B or X, Y, Z,
  /// then alpha, then the others by name.
  static func displayOrder(_ names: [String]) -> [Int] {
    names.indices.sorted { key(names[$0]) < key(names[$1]) }
  }

  private static func key(_ name: String) -> (layer: String, rank: Int, name: String) {
    let dot = name.lastIndex(of: ".")
    let base = dot.map { String(name[name.index(after: $0)...]) } ?? name
    let ranks = ["R": 0, "X": 0, "G": 1, "Y": 1, "B": 2, "A": 4]
    return (dot.map { String(name[..<$0]) } ?? "", ranks[base] ?? (base == "Z" ? 5 : 6), name)
  }
}

/// Widens stored little-endian samples to floats at a fixed distance.
struct EXRSamples {
  let type: exr_pixel_type_t

  func widen(_ stored: UnsafeRawPointer, count: Int, into values: UnsafeMutablePointer<Float>, step: Int) {
    switch type {
    case EXR_PIXEL_HALF:
      for i in 0..<count {
        let bits = UInt16(littleEndian: stored.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
        values[i * step] = Float(Float16(bitPattern: bits))
      }
    case EXR_PIXEL_FLOAT:
      for i in 0..<count {
        let bits = UInt32(littleEndian: stored.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self))
        values[i * step] = Float(bitPattern: bits)
      }
    default:
      for i in 0..<count {
        values[i * step] = Float(UInt32(littleEndian: stored.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)))
      }
    }
  }
}
