import Foundation
import Testing

@testable import PenumbraInverse

@Suite("JSON output") struct JSONTests {
  @Test("Numbers are the shortest decimals that read back")
  func numbers() {
    #expect(JSON.array([.float(0.1), .double(0.1), .float(1e-20), .integer(-3)]).text == "[0.1, 0.1, 1e-20, -3]")
  }

  @Test("What JSON cannot hold becomes a number out of range, or null")
  func nonFinite() {
    #expect(JSON.array([.double(.infinity), .float(-.infinity), .double(.nan)]).text == "[1e999, -1e999, null]")
  }

  @Test("Objects keep their order and nest by two spaces")
  func layout() {
    let json = JSON.object([("b", .object([("x", .null)])), ("a", .array([.bool(true)])), ("c", .object([]))])
    #expect(json.text == "{\n  \"b\": {\n    \"x\": null\n  },\n  \"a\": [true],\n  \"c\": {}\n}")
  }

  @Test("Any text survives quoting", arguments: ["a\"b\\c", "line\nline\ttab\r", "\u{1}\u{1f}", "α→β 🟥"])
  func quoting(text: String) throws {
    let data = Data(JSON.array([.string(text)]).text.utf8)
    #expect(try JSONDecoder().decode([String].self, from: data) == [text])
  }
}
