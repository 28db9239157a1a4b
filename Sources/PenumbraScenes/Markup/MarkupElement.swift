/// An XML element with its place in the file. Text content is never kept: scene files have none.
final class MarkupElement {
  struct Attribute {
    var name: String
    var value: String
    var location: SourceLocation
  }

  let name: String
  let attributes: [Attribute]
  let location: SourceLocation
  var children: [MarkupElement] = []

  init(name: String, attributes: [Attribute], location: SourceLocation) {
    (self.name, self.attributes, self.location) = (name, attributes, location)
  }
}
