/// The `version` of a scene file: which release of Mitsuba wrote it.
struct SceneVersion: Comparable {
  var major, minor, patch: Int

  /// The newest major release whose files are understood.
  static let newestMajor = 3

  init(major: Int, minor: Int = 0, patch: Int = 0) { (self.major, self.minor, self.patch) = (major, minor, patch) }

  init(parsing text: String, at location: SourceLocation) throws(SceneError) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt16($0) }
    guard (1...3).contains(parts.count), !parts.contains(nil) else {
      throw SceneError(.malformed, at: location.description, expected: "a version like '3.0.0'", found: "'\(text)'")
    }
    let numbers = parts.compactMap { $0.map(Int.init) } + [0, 0]
    self.init(major: numbers[0], minor: numbers[1], patch: numbers[2])
    guard major <= Self.newestMajor else {
      throw SceneError(
        .unsupported, at: location.description, expected: "a version up to \(Self.newestMajor).x", found: "'\(text)'")
    }
  }

  static func < (a: SceneVersion, b: SceneVersion) -> Bool {
    (a.major, a.minor, a.patch) < (b.major, b.minor, b.patch)
  }

  /// Files before 2.0.0 wrote `toWorld` and `intIOR`.
  var hasCamelCaseNames: Bool { self < SceneVersion(major: 2) }

  /// The present name of a property of such a file: `intIOR` becomes `int_ior`.
  static func snakeCase(_ name: String) -> String {
    var result = ""
    var previousIsLower = false
    for character in name {
      if character.isUppercase, previousIsLower { result += "_" }
      result += character.lowercased()
      previousIsLower = character.isLowercase || character.isNumber
    }
    return result
  }
}
