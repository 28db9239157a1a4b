import Foundation
import PenumbraImages
import Testing

@Suite("Round trips")
struct RoundTripTests {
  private let special: [Float] = [
    .nan, .infinity, -.infinity, -0.0, 0, 1, -1, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e-7, 3.25, 70_000,
  ]

  @Test(
    "EXR keeps the bits of every float, whatever the channels are called",
    arguments: [
      ["Y"], ["R", "G", "B"], ["R", "G", "B", "A"], ["R", "G", "B", "albedo.R", "albedo.G", "albedo.B", "depth.Y"],
    ])
  func exrFloat(channels: [String]) throws {
    var image = Image.gradient(width: 37, height: 53, channels: channels)
    for (index, value) in special.enumerated() { image.values[7 * index] = value }
    let read = try Image.decode(image.encoded(as: .exr), name: "a.exr")
    #expect(read.channels == channels)
    #expect(read.bits == image.bits)
  }

  @Test("EXR keeps layer names longer than the first version of the format allowed")
  func exrLongNames() throws {
    let name = "a.layer.with.a.name.of.more.than.thirty-one.bytes.R"
    let image = Image.gradient(width: 5, height: 4, channels: [name])
    #expect(try Image.decode(image.encoded(as: .exr), name: "a.exr") == image)
  }

  /// As noise takes over the picture, the compressed chunk grows past the size of its pixels, and for some of these
  /// pictures it has exactly that size, by which readers tell an uncompressed chunk.
  @Test("EXR chunks that compression does not shrink keep their bits", arguments: UInt64(0)..<40)
  func exrIncompressible(seed: UInt64) throws {
    var generator = SeededGenerator(state: seed)
    let noise = (0..<64).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()) & 0x7F7F_FFFF) }
    for count in 40...64 {
      let values = noise[..<count] + repeatElement(0, count: 64 - count)
      let image = Image(width: 64, height: 1, channels: ["Y"], values: Array(values))
      #expect(try Image.decode(image.encoded(as: .exr), name: "a.exr").bits == image.bits)
    }
  }

  @Test("Half-float EXR stores the nearest half, with infinity above 65 504")
  func exrHalf() throws {
    var image = Image.gradient(width: 33, height: 20, channels: ["R", "G", "B"])
    (image.values[0], image.values[1]) = (70_000, -.infinity)
    let read = try Image.decode(image.encoded(as: .exr, options: .init(exrType: .half)), name: "a.exr")
    #expect(read.values == image.values.map { Float(Float16($0)) })
  }

  @Test(
    "PFM keeps the bits of every float, as RGB without alpha",
    arguments: [["Y"], ["R", "G", "B"], ["R", "G", "B", "A"]])
  func pfm(channels: [String]) throws {
    var image = Image.gradient(width: 9, height: 7, channels: channels)
    for (index, value) in special.enumerated() { image.values[3 * index] = value }
    let read = try Image.decode(image.encoded(as: .pfm), name: "a.pfm")
    #expect(try read.channels == ["R", "G", "B"] && read.bits == image.rgb().bits)
  }

  @Test("PFM rows run from the bottom up, in either byte order")
  func pfmOrder() throws {
    let values: [Float] = [1, 2, 3, 4]
    for (scale, isBig) in [("-1", false), ("1.0", true)] {
      var bytes = Array("Pf 2\n2 \(scale)\n".utf8)
      for value in values {
        let bits = isBig ? value.bitPattern.bigEndian : value.bitPattern.littleEndian
        withUnsafeBytes(of: bits) { bytes.append(contentsOf: $0) }
      }
      #expect(try Image.decode(bytes, name: "a").values == [3, 4, 1, 2])
    }
  }

  @Test(
    "PNG codes survive reading and writing, so values are within half a code",
    arguments: [["Y"], ["Y", "A"], ["R", "G", "B"], ["R", "G", "B", "A"]], [8, 16])
  func png(channels: [String], depth: Int) throws {
    let image = Image.gradient(width: 61, height: 43, channels: channels)
    let options = ImageWriteOptions(pngDepth: depth)
    let once = try Image.decode(image.encoded(as: .png, options: options), name: "a.png")
    let twice = try Image.decode(once.encoded(as: .png, options: options), name: "a.png")
    #expect(once.channels == channels)
    #expect(once == twice)
    let maximum: Float = depth == 8 ? 255 : 65_535
    let hasAlpha = channels.last == "A"
    for (index, (read, written)) in zip(once.values, image.values).enumerated() {
      let isAlpha = hasAlpha && index % channels.count == channels.count - 1
      let error = isAlpha ? read - written : SRGB.encode(read) - SRGB.encode(written)
      #expect(abs(error) <= 0.51 / maximum)
    }
  }

  @Test("Linear PNG holds the values as they are", arguments: [8, 16])
  func linearPNG(depth: Int) throws {
    let image = Image.gradient(width: 16, height: 16, channels: ["R", "G", "B"])
    let bytes = try image.encoded(as: .png, options: .init(pngDepth: depth, encoding: .linear))
    let maximum: Float = depth == 8 ? 255 : 65_535
    let expected = image.values.map { ($0 * maximum).rounded() / maximum }
    #expect(try Image.decode(bytes, name: "a.png").values == expected)
    #expect(try Image.decode(bytes, name: "a.png", encoding: .linear).values == expected)
  }

  @Test("PNG clamps to 0...1 and stores NaN as 0")
  func pngClamps() throws {
    let image = Image(width: 5, height: 1, channels: ["Y"], values: [.nan, -1, 2, .infinity, -.infinity])
    #expect(try Image.decode(image.encoded(as: .png), name: "a.png").values == [0, 0, 1, 1, 0])
  }

  @Test("JPEG of quality 95 is within a few codes", arguments: [["Y"], ["R", "G", "B"]])
  func jpeg(channels: [String]) throws {
    var image = Image(width: 40, height: 24, channels: channels, repeating: 0)
    for index in image.values.indices { image.values[index] = Float(index / channels.count % 40) / 40 }
    let read = try Image.decode(image.encoded(as: .jpeg), name: "a.jpg")
    #expect(read.channels == channels)
    for (a, b) in zip(read.values, image.values) { #expect(abs(SRGB.encode(a) - SRGB.encode(b)) < 4 / 255) }
  }

  @Test("Radiance HDR is within half a mantissa step of the largest channel", arguments: [5, 40, 300])
  func radiance(width: Int) throws {
    var image = Image.gradient(width: width, height: 6, channels: ["R", "G", "B"])
    for index in image.values.indices { image.values[index] *= powf(10, Float(index % 7) * 3 - 9) }
    for index in 0..<15 { image.values[index] = 0.25 }
    let read = try Image.decode(image.encoded(as: .hdr), name: "a.hdr")
    for pixel in 0..<image.pixelCount {
      let (a, b) = (read.values[3 * pixel..<3 * pixel + 3], image.values[3 * pixel..<3 * pixel + 3])
      for (x, y) in zip(a, b) { #expect(abs(x - y) <= b.max()! / 255) }
    }
    #expect(try Image.decode(read.encoded(as: .hdr), name: "a.hdr") == read)
  }

  @Test("Equal pictures give equal bytes", arguments: ImageFormat.writable)
  func deterministic(format: ImageFormat) throws {
    let image = Image.gradient(width: 20, height: 20, channels: ["R", "G", "B"])
    #expect(try image.encoded(as: format) == image.encoded(as: format))
  }

  @Test("Files written by extension are read back by content")
  func files() throws {
    let folder = try TemporaryFolder()
    let image = Image.gradient(width: 20, height: 12, channels: ["R", "G", "B"])
    for name in ["a.exr", "a.PNG", "a.jpg", "a.pfm", "a.hdr"] {
      try image.write(to: folder.path(name))
      let renamed = folder.path("renamed")
      try? FileManager.default.removeItem(atPath: renamed)
      try FileManager.default.moveItem(atPath: folder.path(name), toPath: renamed)
      let read = try Image.read(renamed)
      #expect(read.width == 20 && read.height == 12)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["renamed"])
  }
}
