import Foundation

/// A strict reader for the XML that scene files use: elements, attributes, comments and the XML declaration.
///
/// Not Foundation's `XMLParser`: that one reports success for truncated files, loses the order and the places of
/// attributes, and expands entities. Document types and custom entities are refused, never read.
struct MarkupParser {
  /// Deeper nesting is refused.
  static let maximumDepth = 1000

  var cursor: MarkupCursor
  private var open: [MarkupElement] = []
  private var root: MarkupElement?

  /// The root element of a document.
  static func parse(_ bytes: [UInt8], file: String) throws(SceneError) -> MarkupElement {
    try MarkupEncoding.check(bytes, file: file)
    var parser = MarkupParser(cursor: MarkupCursor(file: file, bytes: bytes))
    return try parser.run()
  }

  private init(cursor: MarkupCursor) { self.cursor = cursor }

  private mutating func run() throws(SceneError) -> MarkupElement {
    if cursor.starts(with: "<?xml") { try readDeclaration() }
    while true {
      cursor.skipWhitespace()
      if cursor.isAtEnd { break }
      try readItem()
    }
    if let unclosed = open.last {
      throw fault("</\(unclosed.name)> for the element opened at line \(unclosed.location.line)", "the end of the file")
    }
    guard let root else { throw fault("an element", "an empty document") }
    return root
  }

  private mutating func readItem() throws(SceneError) {
    guard cursor.current == UInt8(ascii: "<") else {
      let start = cursor.offset
      let here = cursor.location
      while let byte = cursor.current, byte != UInt8(ascii: "<"), cursor.offset - start < 20 { cursor.advance() }
      throw fault("a tag", "the text '\(cursor.text(from: start))'", at: here)
    }
    if cursor.starts(with: "<!--") {
      try readComment()
    } else if cursor.starts(with: "<!") {
      throw fault("an element", "a document type, entity or CDATA section; scene files may not contain them")
    } else if cursor.starts(with: "<?") {
      guard !cursor.starts(with: "<?xml ") else { throw fault("an element", "a second XML declaration") }
      guard cursor.skip(past: "?>") else { throw fault("'?>'", "the end of the file") }
    } else if cursor.starts(with: "</") {
      try readEndTag()
    } else {
      try readStartTag()
    }
  }

  private mutating func readDeclaration() throws(SceneError) {
    let (start, here) = (cursor.offset, cursor.location)
    guard cursor.skip(past: "?>") else { throw fault("'?>'", "the end of the file") }
    let text = cursor.text(from: start).lowercased()
    guard let range = text.range(of: "encoding") else { return }
    let value = text[range.upperBound...].drop { $0 == " " || $0 == "=" || $0 == "\"" || $0 == "'" }
    guard value.hasPrefix("utf-8") || value.hasPrefix("utf8") || value.hasPrefix("us-ascii") else {
      throw fault("the encoding UTF-8", "'\(value.prefix { $0 != "\"" && $0 != "'" })'", at: here)
    }
  }

  private mutating func readComment() throws(SceneError) {
    let here = cursor.location
    cursor.advance(by: 4)
    while !cursor.starts(with: "--") {
      guard !cursor.isAtEnd else { throw fault("'-->'", "the end of the file inside this comment", at: here) }
      cursor.advance()
    }
    guard cursor.starts(with: "-->") else { throw fault("'-->'", "'--' inside a comment") }
    cursor.advance(by: 3)
  }

  private mutating func readEndTag() throws(SceneError) {
    let here = cursor.location
    cursor.advance(by: 2)
    let name = try readName()
    cursor.skipWhitespace()
    guard cursor.current == UInt8(ascii: ">") else { throw fault("'>'", found()) }
    cursor.advance()
    guard let element = open.popLast() else { throw fault("a start tag", "</\(name)>", at: here) }
    guard element.name == name else {
      throw fault("</\(element.name)> for the element opened at line \(element.location.line)", "</\(name)>", at: here)
    }
  }

  private mutating func readStartTag() throws(SceneError) {
    let here = cursor.location
    cursor.advance()
    let name = try readName()
    var attributes: [MarkupElement.Attribute] = []
    while true {
      let separated = cursor.skipWhitespace()
      if cursor.starts(with: "/>") || cursor.current == UInt8(ascii: ">") { break }
      guard separated else { throw fault("a space, '/>' or '>'", found()) }
      let attribute = try readAttribute()
      guard !attributes.contains(where: { $0.name == attribute.name }) else {
        throw fault("each attribute once", "a second '\(attribute.name)'", at: attribute.location)
      }
      attributes.append(attribute)
    }
    let element = MarkupElement(name: name, attributes: attributes, location: here)
    if let parent = open.last {
      parent.children.append(element)
    } else {
      guard root == nil else { throw fault("one root element", "a second one, <\(name)>", at: here) }
      root = element
    }
    if cursor.starts(with: "/>") {
      cursor.advance(by: 2)
    } else {
      cursor.advance()
      open.append(element)
      guard open.count <= Self.maximumDepth else {
        throw fault("at most \(Self.maximumDepth) nested elements", "deeper nesting", at: here)
      }
    }
  }

  func found() -> String {
    guard let byte = cursor.current else { return "the end of the file" }
    return byte < 0x80 ? "'\(Character(Unicode.Scalar(byte)))'" : "a character that is not allowed here"
  }

  func fault(_ expected: String, _ found: String, at location: SourceLocation? = nil) -> SceneError {
    SceneError(.malformed, at: (location ?? cursor.location).description, expected: expected, found: found)
  }
}
