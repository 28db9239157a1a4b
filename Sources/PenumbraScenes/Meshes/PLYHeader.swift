/// The header of a PLY file: its encoding and the layout of its elements.
struct PLYHeader {
  enum Encoding { case ascii, littleEndian, bigEndian }

  enum Scalar {
    case int8, uint8, int16, uint16, int32, uint32, float, double

    var byteCount: Int {
      switch self {
      case .int8, .uint8: 1
      case .int16, .uint16: 2
      case .int32, .uint32, .float: 4
      case .double: 8
      }
    }

    init?(name: String) {
      switch name {
      case "char", "int8": self = .int8
      case "uchar", "uint8": self = .uint8
      case "short", "int16": self = .int16
      case "ushort", "uint16": self = .uint16
      case "int", "int32": self = .int32
      case "uint", "uint32": self = .uint32
      case "float", "float32": self = .float
      case "double", "float64": self = .double
      default: return nil
      }
    }
  }

  struct Property {
    var name: String
    var type: Scalar
    /// Type of the length that stands before a list; `nil` for single values.
    var countType: Scalar?
  }

  struct Element {
    var name: String
    var count: Int
    var properties: [Property] = []

    /// Fewest bytes one of its entries can take.
    func minimumBytes(_ encoding: Encoding) -> Int {
      encoding == .ascii
        ? 2 * properties.count - 1 : properties.reduce(0) { $0 + ($1.countType ?? $1.type).byteCount }
    }
  }

  var encoding = Encoding.ascii
  var elements: [Element] = []

  /// Reads up to and including `end_header`; the scanner then stands at the first byte of the data.
  init(_ scanner: inout ByteScanner) throws(SceneError) {
    guard scanner.equals(scanner.word(), "ply"), scanner.isAtLineEnd() else {
      scanner.offset = 0
      throw scanner.fault("a PLY file", found: scanner.describe(scanner.word()))
    }
    scanner.nextLine()
    var hasFormat = false
    while true {
      let keyword = scanner.word()
      if scanner.equals(keyword, "format") {
        try readFormat(&scanner)
        hasFormat = true
      } else if scanner.equals(keyword, "element") {
        try readElement(&scanner)
      } else if scanner.equals(keyword, "property") {
        try readProperty(&scanner)
      } else if scanner.equals(keyword, "end_header") {
        scanner.nextLine()
        guard hasFormat else { throw scanner.fault("a format line in the header", found: "none") }
        return
      } else if !scanner.equals(keyword, "comment"), !scanner.equals(keyword, "obj_info") {
        throw scanner.fault("a PLY header line", found: scanner.describe(keyword))
      }
      scanner.nextLine()
    }
  }

  private mutating func readFormat(_ scanner: inout ByteScanner) throws(SceneError) {
    let name = scanner.word()
    if scanner.equals(name, "ascii") {
      encoding = .ascii
    } else if scanner.equals(name, "binary_little_endian") {
      encoding = .littleEndian
    } else if scanner.equals(name, "binary_big_endian") {
      encoding = .bigEndian
    } else {
      throw scanner.fault("format ascii, binary_little_endian or binary_big_endian", found: scanner.describe(name))
    }
  }

  private mutating func readElement(_ scanner: inout ByteScanner) throws(SceneError) {
    let name = scanner.text(scanner.word())
    let count = try scanner.integer("a number of entries")
    guard count >= 0, count <= MeshData.maximumCount else {
      throw scanner.fault("fewer than 2³² entries", found: "\(count)", .outOfRange)
    }
    elements.append(Element(name: name, count: count))
  }

  private mutating func readProperty(_ scanner: inout ByteScanner) throws(SceneError) {
    guard !elements.isEmpty else { throw scanner.fault("an element before its properties", found: "a property") }
    guard elements[elements.count - 1].properties.count < 256 else {
      throw scanner.fault("at most 256 properties", found: "more", .outOfRange)
    }
    let first = scanner.word()
    var countType: Scalar?
    if scanner.equals(first, "list") { countType = try scalar(scanner.word(), scanner) }
    let type = try countType == nil ? scalar(first, scanner) : scalar(scanner.word(), scanner)
    let name = scanner.text(scanner.word())
    guard !name.isEmpty else { throw scanner.fault("the name of a property", found: "the end of the line") }
    elements[elements.count - 1].properties.append(Property(name: name, type: type, countType: countType))
  }

  private func scalar(_ word: Range<Int>, _ scanner: ByteScanner) throws(SceneError) -> Scalar {
    guard let type = Scalar(name: scanner.text(word)) else {
      throw scanner.fault("a PLY number type", found: scanner.describe(word))
    }
    return type
  }
}
