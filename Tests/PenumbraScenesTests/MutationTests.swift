import Foundation
@testable import PenumbraScenes
import Testing

@Suite("No input traps: files cut short or with changed bytes either load or are refused in one line")
struct MutationTests {
  /// A small generator with a fixed seed (SplitMix64), so that failures repeat.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private func forEachVariant(of bytes: [UInt8], count: Int, _ body: ([UInt8]) -> Void) {
    for length in 0..<bytes.count { body(Array(bytes[..<length])) }
    var generator = Generator(state: 1)
    let spice = Array("<>&\"'/$ -+.eE0123456789nafilp,:\n\u{0}\u{ff}".utf8)
    for _ in 0..<count {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: 0..<changed.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: changed[index] = spice.randomElement(using: &generator) ?? 0
        case 1: changed[index] = UInt8.random(in: 0...255, using: &generator)
        case 2: changed.remove(at: index)
        default: changed.insert(spice.randomElement(using: &generator) ?? 0, at: index)
        }
        if changed.isEmpty { break }
      }
      body(changed)
    }
  }

  private func check(_ read: () throws -> Void) {
    do {
      try read()
    } catch {
      #expect(!"\(error)".contains { $0.isNewline }, "\(error)")
    }
  }

  @Test("XML")
  func xml() throws {
    let text = wrapped(
      """
      <default name="w" value="8"/><path value="."/>
      <sensor type="perspective" id="s"><film type="hdrfilm"><integer name="width" value="$w"/></film>
      <transform name="to_world"><lookat origin="0,0,4" target="0,0,0" up="0,1,0"/></transform></sensor>
      <shape type="cube" id="c"><transform name="to_world"><rotate y="1" angle="20"/></transform>
      <bsdf type="principled"><rgb name="base_color" value="0.2, 0.3, 0.4"/></bsdf>
      <emitter type="area"><spectrum name="radiance" value="400:1, 700:2"/></emitter></shape>
      """)
    let folder = SceneFolder()
    forEachVariant(of: Array(text.utf8), count: 1000) { bytes in
      folder.write("scene.xml", Data(bytes))
      check { _ = try folder.load() }
    }
  }

  @Test("OBJ")
  func obj() {
    let text = "# a\nv 0 0 0\nv 1.5 -2e1 0\nv 0 1 0\nvt 0 1\nvn 0 0 1\ng x\nf 1/1/1 2/1/1 -1/-1/-1\nf 1//1 2//1 3//1\n"
    forEachVariant(of: Array(text.utf8), count: 5000) { bytes in
      check { _ = try OBJReader.read(bytes, file: "m.obj") }
    }
  }

  @Test("PLY, ASCII and binary")
  func ply() throws {
    let ascii = Array((MeshFileTests.header + "0 0 0 255\n1 0 0 1\n0 1 0 2\n3 0 1 2\n").utf8)
    let binary = PLYWriter.bytes(of: CubeMesh.data)
    for bytes in [ascii, binary] {
      forEachVariant(of: bytes, count: 5000) { variant in
        check { _ = try PLYReader.read(variant, file: "m.ply") }
      }
    }
  }
}
