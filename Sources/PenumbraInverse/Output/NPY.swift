/// NumPy's array file format, version 1.0, little-endian float32 in C order.
///
/// - Source: NumPy Enhancement Proposal 1.
public enum NPY {
  /// The file of an array.
  ///
  /// - Parameters:
  ///   - values: row-major elements.
  ///   - shape: sizes of the axes, empty for a scalar; their product is `values.count`.
  public static func bytes(_ values: [Float], shape: [Int]) -> [UInt8] {
    precondition(values.count == shape.reduce(1, *), "\(values.count) values for shape \(shape)")
    // Python's notation for tuples: (), (3,), (4, 3).
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = Array("{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }".utf8)
    // Magic, version and length take 10 bytes; data start at a multiple of 64 after a newline.
    let padding = 63 - (10 + header.count) % 64
    header += Array(repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
    var file: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count & 0xff), UInt8(header.count >> 8)]
    file += header
    file.reserveCapacity(file.count + 4 * values.count)
    for value in values {
      let bits = value.bitPattern
      for shift in stride(from: UInt32(0), to: 32, by: 8) { file.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
    return file
  }
}
