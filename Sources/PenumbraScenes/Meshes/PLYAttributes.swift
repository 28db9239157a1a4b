/// Which properties of a PLY element form attributes: `NAME_0 NAME_1 NAME_2` or another suffix, one or three in a row, and
/// `r g b` or `red green blue`, which are `color`. Properties of other numbers are no attributes, as in Mitsuba 3.
struct PLYAttributes {
  private var names: [String] = []
  private var channels: [Int] = []
  private var places: [Int: (attribute: Int, channel: Int)] = [:]
  private let isPerFace: Bool

  private static let reserved: Set<String> = [
    "x", "y", "z", "nx", "ny", "nz", "u", "v", "s", "t", "texture_u", "texture_v",
  ]

  init(_ element: PLYHeader.Element, prefix: String) {
    isPerFace = prefix == "face_"
    var groups: [(name: String, columns: [Int])] = []
    for (index, property) in element.properties.enumerated() {
      guard property.countType == nil, let name = Self.group(of: property.name) else { continue }
      if let last = groups.indices.last, groups[last].name == name {
        groups[last].columns.append(index)
      } else if !groups.contains(where: { $0.name == name }) {
        groups.append((name, [index]))
      }
    }
    for group in groups where group.columns.count == 1 || group.columns.count == 3 {
      for (channel, column) in group.columns.enumerated() { places[column] = (names.count, channel) }
      names.append(prefix + group.name)
      channels.append(group.columns.count)
    }
  }

  private static func group(of name: String) -> String? {
    if reserved.contains(name) { return nil }
    if ["r", "g", "b", "red", "green", "blue"].contains(name) { return "color" }
    guard let underscore = name.lastIndex(of: "_"), underscore > name.startIndex else { return nil }
    return String(name[..<underscore])
  }

  /// Attributes full of zeros.
  func attributes(count: Int) -> [MeshData.Attribute] {
    names.indices.map {
      MeshData.Attribute(
        name: names[$0], channels: channels[$0], isPerFace: isPerFace,
        values: [Float](repeating: 0, count: count * channels[$0]))
    }
  }

  var emptyRow: [[Float]] { channels.map { [Float](repeating: 0, count: $0) } }

  /// The attribute and channel that a property of the element is.
  func column(_ index: Int) -> (attribute: Int, channel: Int)? { places[index] }

  /// Property names under which attributes are written.
  static func properties(_ attributes: [MeshData.Attribute]) -> [String] {
    attributes.flatMap { attribute in
      let name = attribute.name.drop { $0 != "_" }.dropFirst()
      return (0..<attribute.channels).map { "\(name)_\($0)" }
    }
  }
}
