/// Numbers separated by commas, as options take them.
enum NumberList {
  /// - Throws: a usage failure that names the option and the entry that is not a finite number.
  static func parse(_ text: String, option: String) throws(Failure) -> [Float] {
    var values: [Float] = []
    for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
      let trimmed = entry.drop { $0 == " " }
      guard let value = Float(trimmed), value.isFinite else {
        throw Failure(.usage, "\(option): expected numbers separated by commas, found '\(entry.prefix(40))'")
      }
      values.append(value)
    }
    return values
  }
}
