import CPNG

/// Writes 8 or 16-bit PNG files that say how their colours are encoded.
struct PNGWriter {
  private let image: Image
  private let depth: Int
  private let isLinear: Bool

  /// - Parameter image: channels Y, YA, RGB or RGBA.
  init(image: Image, options: ImageWriteOptions) {
    precondition([8, 16].contains(options.pngDepth), "PNG depth \(options.pngDepth) is not 8 or 16")
    (self.image, depth, isLinear) = (image, options.pngDepth, options.encoding == .linear)
  }

  func bytes(name: String) throws(ImageError) -> [UInt8] {
    let colorType: [UInt8] = [0, 4, 2, 6]
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    append(
      "IHDR",
      bigEndian(image.width) + bigEndian(image.height) + [UInt8(depth), colorType[image.channels.count - 1], 0, 0, 0],
      to: &file)
    if isLinear {
      append("gAMA", bigEndian(100_000), to: &file)
    } else {
      append("sRGB", [0], to: &file)
    }
    let rows = filteredRows()
    var size = compressBound(UInt(rows.count))
    var status = Z_OK
    let compressed = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
      status = compress2(buffer.baseAddress, &size, rows, UInt(rows.count), 6)
      count = status == Z_OK ? Int(size) : 0
    }
    guard status == Z_OK, compressed.count < 1 << 31 else {
      throw ImageError(
        .tooLarge, file: name, place: "PNG IDAT", expected: "less than 2 GiB of compressed rows",
        found: "\(compressed.count) bytes (zlib status \(status))")
    }
    append("IDAT", compressed, to: &file)
    append("IEND", [], to: &file)
    return file
  }

  /// Every row with the filter whose bytes have the smallest sum of magnitudes, the usual guess at what deflates best.
  private func filteredRows() -> [UInt8] {
    let distance = image.channels.count * depth / 8
    let rowBytes = image.width * distance
    var prior = [UInt8](repeating: 0, count: rowBytes)
    var rows: [UInt8] = []
    rows.reserveCapacity(image.height * (rowBytes + 1))
    for y in 0..<image.height {
      let row = quantizedRow(y)
      var best: (filter: UInt8, bytes: [UInt8], cost: Int) = (0, row, cost(row))
      for filter in UInt8(1)...4 {
        let bytes = filtered(row, prior: prior, filter: filter, distance: distance)
        let cost = cost(bytes)
        if cost < best.cost { best = (filter, bytes, cost) }
      }
      rows.append(best.filter)
      rows += best.bytes
      prior = row
    }
    return rows
  }

  private func quantizedRow(_ y: Int) -> [UInt8] {
    let count = image.channels.count
    let maximum: Float = depth == 8 ? 255 : 65_535
    let start = y * image.width * count
    var row: [UInt8] = []
    row.reserveCapacity(image.width * count * depth / 8)
    for index in start..<start + image.width * count {
      let isAlpha = count % 2 == 0 && index % count == count - 1
      let value = image.values[index]
      let code = isAlpha || isLinear ? quantize(value, maximum: maximum) : SRGB.quantized(value, maximum: maximum)
      if depth == 16 { row.append(UInt8(code >> 8)) }
      row.append(UInt8(truncatingIfNeeded: code))
    }
    return row
  }

  private func filtered(_ row: [UInt8], prior: [UInt8], filter: UInt8, distance: Int) -> [UInt8] {
    row.indices.map { i in
      let left = i >= distance ? row[i - distance] : 0
      return switch filter {
      case 1: row[i] &- left
      case 2: row[i] &- prior[i]
      case 3: row[i] &- UInt8((Int(left) + Int(prior[i])) / 2)
      default: row[i] &- paeth(left: left, above: prior[i], corner: i >= distance ? prior[i - distance] : 0)
      }
    }
  }

  private func cost(_ bytes: [UInt8]) -> Int {
    bytes.reduce(0) { $0 + abs(Int(Int8(bitPattern: $1))) }
  }

  private func append(_ type: String, _ payload: [UInt8], to file: inout [UInt8]) {
    let body = Array(type.utf8) + payload
    file += bigEndian(payload.count) + body + bigEndian(Int(crc32(0, body, UInt32(body.count))))
  }

  private func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
