import Foundation
import PenumbraScenes
import PenumbraTransport
import Testing

@Suite("Bad scene files are refused in one line that names the file")
struct RefusalTests {
  @Test("Markup", arguments: RefusalCase.markup) func markup(_ item: RefusalCase) { check(item) }
  @Test("Names", arguments: RefusalCase.names) func names(_ item: RefusalCase) { check(item) }
  @Test("Values", arguments: RefusalCase.values) func values(_ item: RefusalCase) { check(item) }

  private func check(_ item: RefusalCase) {
    let folder = SceneFolder(["scene.xml": item.text])
    guard let error = refusal({ try folder.load() }) else {
      Issue.record("loaded: \(item.text)")
      return
    }
    #expect(error.code == item.code, "\(error)")
    #expect(error.exitCode == 65)
    #expect(error.description.contains("scene.xml"), "\(error)")
    #expect(error.description.contains(item.says), "\(error)")
    #expect(!error.description.contains { $0.isNewline }, "\(error)")
  }

  @Test("Text that is not UTF-8, and control characters, are refused with their place")
  func encoding() {
    for byte in [UInt8(0xFF), 0x80, 0x01, 0x00] {
      let folder = SceneFolder()
      folder.write("scene.xml", Data("<scene version=\"3.0.0\">\n  ".utf8) + [byte] + Data("</scene>".utf8))
      let error = refusal { try folder.load() }
      #expect(error?.code == .malformed)
      #expect(error?.location.hasSuffix("scene.xml:2:3") == true, "\(String(describing: error))")
    }
  }

  @Test("A missing scene is 66; a folder is not a scene")
  func missing() {
    let folder = SceneFolder(["scene.xml/inner.xml": ""])
    let missing = refusal { try folder.load("none.xml") }
    #expect(missing?.exitCode == 66)
    #expect(missing?.description.contains("none.xml") == true)
    #expect(refusal { try folder.load() }?.code == .unreadable)
  }

  @Test("The file at fault is the included one, and cycles through several files are found")
  func includes() {
    let folder = SceneFolder([
      "scene.xml": wrapped("<include filename=\"parts/a.xml\"/>"),
      "parts/a.xml": wrapped("<include filename=\"b.xml\"/>"),
      "parts/b.xml": wrapped("\n<include filename=\"../scene.xml\"/>"),
    ])
    let error = refusal { try folder.load() }
    #expect(error?.code == .cyclic)
    #expect(error?.description.contains("parts/b.xml:3:1") == true, "\(String(describing: error))")
  }

  @Test("-D of a name the scene does not use is refused with a suggestion")
  func unusedDefine() {
    let text = "<default name=\"spp\" value=\"4\"/>"
    let error = refusal { try loadScene(text, options: SceneLoadOptions(defines: ["sp": "1"])) }
    #expect(error?.code == .unknownName)
    #expect(error?.description.contains("did you mean 'spp'?") == true)
  }

  @Test("Control characters in names cannot break the line")
  func oneLine() {
    let error = refusal { try loadScene("<bsdf type=\"a&#x85;b&#x2028;\"/>") }
    #expect(error?.description.unicodeScalars.contains { $0.value == 0x85 || $0.value == 0x2028 } == false)
  }
}
