/// A JSON object with its place in the file, read member by member.
struct JSONNode {
  let members: [String: JSONValue]
  /// `file: meshes[2].primitives[0]`, for messages.
  let place: String

  init(_ value: JSONValue, place: String) throws(SceneError) {
    guard case .object(let members) = value else {
      throw SceneError(.malformed, at: place, expected: "an object", found: value.typeName)
    }
    (self.members, self.place) = (members, place)
  }

  private init(empty place: String) { (members, self.place) = ([:], place) }

  func mismatch(_ name: String, _ expected: String, _ value: JSONValue) -> SceneError {
    SceneError(.wrongType, at: "\(place).\(name)", expected: expected, found: value.typeName)
  }

  func has(_ name: String) -> Bool { members[name] != nil }

  func number(_ name: String) throws(SceneError) -> Double? {
    guard let value = members[name] else { return nil }
    guard case .number(let number) = value else { throw mismatch(name, "a number", value) }
    return number
  }

  func number(_ name: String, default fallback: Double, in range: ClosedRange<Double>) throws(SceneError) -> Double {
    guard let value = try number(name) else { return fallback }
    guard range.contains(value) else { throw mismatch(name, "a number in \(range)", .number(value)) }
    return value
  }

  /// A whole number that is not negative.
  func integer(_ name: String) throws(SceneError) -> Int? {
    guard let value = try number(name) else { return nil }
    guard let integer = Int(exactly: value), integer >= 0, integer < 1 << 53 else {
      throw mismatch(name, "a whole number", .number(value))
    }
    return integer
  }

  func string(_ name: String) throws(SceneError) -> String? {
    guard let value = members[name] else { return nil }
    guard case .string(let text) = value else { throw mismatch(name, "text", value) }
    return text
  }

  func boolean(_ name: String) throws(SceneError) -> Bool {
    guard let value = members[name] else { return false }
    guard case .boolean(let flag) = value else { throw mismatch(name, "true or false", value) }
    return flag
  }

  func numbers(_ name: String, count: Int) throws(SceneError) -> [Double]? {
    guard let value = members[name] else { return nil }
    guard case .array(let elements) = value, elements.count == count else {
      throw mismatch(name, "\(count) numbers", value)
    }
    var result: [Double] = []
    for element in elements {
      guard case .number(let number) = element else { throw mismatch(name, "\(count) numbers", element) }
      result.append(number)
    }
    return result
  }

  func integers(_ name: String) throws(SceneError) -> [Int] {
    guard let value = members[name] else { return [] }
    guard case .array(let elements) = value else { throw mismatch(name, "an array", value) }
    var result: [Int] = []
    for element in elements {
      guard case .number(let number) = element, let integer = Int(exactly: number), integer >= 0 else {
        throw mismatch(name, "whole numbers", element)
      }
      result.append(integer)
    }
    return result
  }

  func child(_ name: String) throws(SceneError) -> JSONNode? {
    guard let value = members[name] else { return nil }
    return try JSONNode(value, place: "\(place).\(name)")
  }

  /// Objects of an array; empty when it is absent.
  func children(_ name: String) throws(SceneError) -> [JSONNode] {
    guard let value = members[name] else { return [] }
    guard case .array(let elements) = value else { throw mismatch(name, "an array", value) }
    var result: [JSONNode] = []
    result.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      result.append(try JSONNode(element, place: "\(place).\(name)[\(index)]"))
    }
    return result
  }

  /// What an extension adds to this object.
  func addition(_ name: String) throws(SceneError) -> JSONNode? { try child("extensions")?.child(name) }

  /// The object that a member points to.
  func target(_ name: String, in list: [JSONNode]) throws(SceneError) -> JSONNode? {
    guard let index = try integer(name) else { return nil }
    guard index < list.count else { throw mismatch(name, "an index below \(list.count)", .number(Double(index))) }
    return list[index]
  }
}
