public import PenumbraTransport

extension Scene {
  /// Sets a parameter by `KEY` or `KEY[i]`, as `--set` does.
  ///
  /// - Parameter text: as many numbers as the parameter has elements, separated by commas or spaces; one number fills a
  ///   colour.
  /// - Throws: for unknown keys (naming the nearest), wrong counts, and numbers outside the parameter's bounds.
  public mutating func set(_ key: String, to text: String) throws(SceneError) {
    let parameter: Parameter
    let range: Range<Int>
    do {
      (parameter, range) = try structure.parameters.resolve(key)
    } catch {
      throw SceneError(.unknownName, at: "--set \(key)", found: error.message)
    }
    let isColor = parameter.shape == [3] && parameter.unit != "world units" && parameter.unit != "rad"
    let parts = text.split { $0 == "," || $0.isWhitespace }
    guard parts.count == range.count || (parts.count == 1 && isColor && range.count == 3) else {
      throw SceneError(
        .wrongType, at: "--set \(key)", expected: "\(range.count) numbers", found: "'\(text)'")
    }
    var values: [Float] = []
    for part in parts {
      guard let value = Float(String(part)), value.isFinite else {
        throw SceneError(.wrongType, at: "--set \(key)", expected: "a finite number", found: "'\(part)'")
      }
      guard parameter.bounds.contains(value) else {
        throw SceneError(
          .outOfRange, at: "--set \(key)",
          expected: "a number in \(parameter.bounds.lowerBound)...\(parameter.bounds.upperBound)", found: "\(part)")
      }
      values.append(value)
    }
    if values.count < range.count { values = [Float](repeating: values[0], count: range.count) }
    theta.replaceSubrange(range, with: values)
  }
}
