import Testing

@testable import PenumbraInverse

@Suite("NPY files") struct NPYTests {
  @Test("A vector is magic, version, padded header and little-endian values")
  func bytes() {
    let file = NPY.bytes([1, -2.5], shape: [2])
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
    let padding = String(repeating: " ", count: 128 - 10 - header.utf8.count - 1)
    let expected: [UInt8] =
      [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array((header + padding + "\n").utf8)
      + [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0]
    #expect(file == expected)
  }

  @Test("Shapes are Python tuples", arguments: [([], "()"), ([3], "(3,)"), ([1, 3], "(1, 3)")] as [([Int], String)])
  func shapes(shape: [Int], text: String) {
    let values = [Float](repeating: 0, count: shape.reduce(1, *))
    let file = String(decoding: NPY.bytes(values, shape: shape).dropFirst(10).prefix(118), as: UTF8.self)
    #expect(file.contains("'shape': \(text), }"))
  }

  @Test("Data begin at a multiple of 64 bytes, whatever the shape", arguments: 1...9)
  func alignment(axes: Int) {
    let file = NPY.bytes([0], shape: Array(repeating: 1, count: axes))
    #expect((file.count - 4) % 64 == 0)
  }
}
