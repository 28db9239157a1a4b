import Foundation
import PenumbraImages
import Testing

@Suite("Picture errors")
struct ImageErrorTests {
  @Test("A missing file is 66, a folder is 66, anything unknown is 65")
  func codes() throws {
    let folder = try TemporaryFolder()
    let missing = #expect(throws: ImageError.self) { try Image.read(folder.path("none.png")) }
    #expect(missing?.code == .missingFile && missing?.exitCode == 66)
    let directory = #expect(throws: ImageError.self) { try Image.read(folder.url) }
    #expect(directory?.code == .unreadable && directory?.exitCode == 66)
    let unknown = #expect(throws: ImageError.self) { try Image.decode([1, 2, 3], name: "a.xyz") }
    #expect(unknown?.code == .unsupported && unknown?.exitCode == 65)
    let extensionless = #expect(throws: ImageError.self) {
      try Image(width: 1, height: 1, repeating: 0).write(to: folder.path("a.xyz"))
    }
    #expect(extensionless?.code == .unsupported)
    expectRefused([], name: "a.png")
  }

  @Test("The text is one line even where names hold control characters")
  func oneLine() {
    let error = ImageError(
      .malformed, file: "a\nb.png", place: "x\u{1B}[31m", expected: "1\r\n2", found: "\u{2028}\u{0}")
    #expect(error.description == "a b.png: x [31m: expected 1  2, found   ")
  }
}
