import Foundation
import PenumbraImages
import Testing

@Suite("Atomic files")
struct AtomicFileTests {
  @Test("A file is replaced as a whole and nothing else is left in its folder")
  func replaces() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.txt")
    try AtomicFile.write(Array("first".utf8), to: path)
    try AtomicFile.write(Data("second".utf8), to: URL(fileURLWithPath: path))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "second")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.txt"])
  }

  @Test("A missing folder is a missing file, and a folder cannot be overwritten")
  func refuses() throws {
    let folder = try TemporaryFolder()
    let missing = #expect(throws: ImageError.self) { try AtomicFile.write([1], to: folder.path("none/a.txt")) }
    #expect(missing?.code == .missingFile && missing?.exitCode == 66)
    let taken = #expect(throws: ImageError.self) { try AtomicFile.write([1], to: folder.url.path) }
    #expect(taken?.code == .unwritable)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test("A device is written to, not replaced")
  func device() throws {
    try AtomicFile.write([1, 2, 3], to: "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }
}
