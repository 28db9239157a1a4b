import CPNG

/// Decompresses and unfilters a PNG's rows into samples.
struct PNGScanlines {
  let source: ImageSource
  let header: PNGHeader

  /// Every stored sample as an integer, shape [height × width × samples].
  func samples(from compressed: [UInt8]) throws(ImageError) -> [UInt16] {
    var rows = try inflated(compressed)
    let count = header.colorType.samples
    var samples = [UInt16](repeating: 0, count: header.width * header.height * count)
    var position = 0
    for pass in header.passes {
      let rowBytes = header.rowBytes(pixels: pass.columns)
      for row in 0..<pass.rows {
        let start = position + row * (rowBytes + 1)
        let hasPrior = row > 0
        guard
          rows.withUnsafeMutableBufferPointer({
            unfilter(
              UnsafeMutableBufferPointer(rebasing: $0[start + 1..<start + 1 + rowBytes]), filter: $0[start],
              prior: hasPrior ? UnsafeBufferPointer(rebasing: $0[start - rowBytes..<start]) : nil)
          })
        else { throw source.malformed("PNG scanline \(row)", expected: "filter 0 to 4", found: "\(rows[start])") }
        let y = pass.top + row * pass.stepY
        unpack(
          rows[start + 1..<start + 1 + rowBytes], columns: pass.columns, into: &samples,
          at: (y * header.width + pass.left) * count, step: pass.stepX * count)
      }
      position += pass.rows * (rowBytes + 1)
    }
    return samples
  }

  private func inflated(_ compressed: [UInt8]) throws(ImageError) -> [UInt8] {
    let size = header.unpackedSize
    try source.check(
      width: header.width, height: header.height, channels: header.colorType.samples, place: "PNG IHDR size",
      isPlausible: size <= compressed.count * ImageLimits.deflateRatio)
    var (status, produced, consumed) = (Z_OK, UInt(size), UInt(compressed.count))
    let rows = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      // Rows that a damaged stream leaves out must not show old memory.
      buffer.initialize(repeating: 0)
      status = uncompress2(buffer.baseAddress, &produced, compressed, &consumed)
      count = size
    }
    // Z_BUF_ERROR with all rows there only means that more follows: libpng and browsers accept that too.
    guard produced == UInt(size), status == Z_OK || status == Z_BUF_ERROR else {
      throw source.malformed(
        "PNG IDAT", expected: "\(size) bytes of zlib data", found: "\(produced) bytes (zlib status \(status))")
    }
    return rows
  }

  /// Adds each byte's prediction, in place; false for an unknown filter.
  private func unfilter(
    _ row: UnsafeMutableBufferPointer<UInt8>, filter: UInt8, prior: UnsafeBufferPointer<UInt8>?
  ) -> Bool {
    let distance = header.filterDistance
    switch filter {
    case 0: break
    case 1: for i in row.indices.dropFirst(distance) { row[i] &+= row[i - distance] }
    case 2:
      guard let prior else { break }
      for i in row.indices { row[i] &+= prior[i] }
    case 3:
      for i in row.indices {
        let left = i >= distance ? Int(row[i - distance]) : 0
        row[i] &+= UInt8((left + Int(prior?[i] ?? 0)) / 2)
      }
    case 4:
      for i in row.indices {
        let left = i >= distance ? row[i - distance] : 0
        let corner = i >= distance ? prior?[i - distance] ?? 0 : 0
        row[i] &+= paeth(left: left, above: prior?[i] ?? 0, corner: corner)
      }
    default: return false
    }
    return true
  }

  private func unpack(
    _ row: ArraySlice<UInt8>, columns: Int, into samples: inout [UInt16], at start: Int, step: Int
  ) {
    let (count, depth, first) = (header.colorType.samples, header.depth, row.startIndex)
    for column in 0..<columns {
      for sample in 0..<count {
        let index = column * count + sample
        let value: UInt16
        switch depth {
        case 8: value = UInt16(row[first + index])
        case 16: value = UInt16(row[first + 2 * index]) << 8 | UInt16(row[first + 2 * index + 1])
        default:
          let bit = index * depth
          value = UInt16(row[first + bit / 8] >> (8 - depth - bit % 8)) & ((1 << UInt16(depth)) - 1)
        }
        samples[start + column * step + sample] = value
      }
    }
  }
}

/// The neighbour closest to left + above − corner, the PNG filter 4's prediction.
func paeth(left: UInt8, above: UInt8, corner: UInt8) -> UInt8 {
  let estimate = Int(left) + Int(above) - Int(corner)
  let (toLeft, toAbove, toCorner) = (
    abs(estimate - Int(left)), abs(estimate - Int(above)), abs(estimate - Int(corner))
  )
  if toLeft <= toAbove, toLeft <= toCorner { return left }
  return toAbove <= toCorner ? above : corner
}
