extension DocumentReader {
  /// The product of all steps; the first listed is applied first.
  mutating func readTransform(_ element: MarkupElement) throws(SceneError) -> Matrix4 {
    var result = Matrix4.identity
    for child in element.children {
      guard child.children.isEmpty else { throw unexpectedChild(of: child) }
      result = try readStep(child) * result
    }
    guard result.isFinite else {
      throw SceneError(
        .outOfRange, at: element.location.description, expected: "a transform of finite numbers", found: "an overflow")
    }
    return result
  }

  private mutating func readStep(_ step: MarkupElement) throws(SceneError) -> Matrix4 {
    let axes = ["x", "y", "z", "value"]
    switch SceneTag(rawValue: version.hasCamelCaseNames ? step.name.lowercased() : step.name) {
    case .translate:
      return .translation(try vector(attributes(of: step, required: [], optional: axes), of: step, missing: 0))
    case .scale:
      return .scale(try vector(attributes(of: step, required: [], optional: axes), of: step, missing: 1))
    case .rotate: return try rotation(step, axes: axes)
    case .matrix: return try matrix(step)
    case .lookat: return try lookAt(step)
    default:
      let hint = suggestion(for: step.name, among: ["translate", "scale", "rotate", "matrix", "lookat"])
      throw SceneError(
        .unknownName, at: step.location.description, found: "unknown transform step <\(step.name)>\(hint)")
    }
  }

  private mutating func rotation(_ step: MarkupElement, axes: [String]) throws(SceneError) -> Matrix4 {
    let values = try attributes(of: step, required: ["angle"], optional: axes)
    let degrees = try NumberText.double(values["angle"] ?? "", at: step.location)
    let axis = try vector(values, of: step, missing: 0)
    guard length(axis) > 0 else {
      throw SceneError(
        .outOfRange, at: step.location.description, expected: "a rotation axis", found: "the zero vector")
    }
    // As Mitsuba does it: an axis that has not length 1 gives more than a rotation.
    return .rodrigues(axis, radians: degrees * .pi / 180)
  }

  private mutating func matrix(_ step: MarkupElement) throws(SceneError) -> Matrix4 {
    let text = try attributes(of: step, required: ["value"])["value"] ?? ""
    let v = try NumberText.list(text, counts: [9, 16], at: step.location)
    guard v.count == 16 else {
      return Matrix4([v[0], v[1], v[2], 0], [v[3], v[4], v[5], 0], [v[6], v[7], v[8], 0], [0, 0, 0, 1])
    }
    let result = Matrix4(rowMajor: v)
    guard result.isAffine else {
      throw SceneError(
        .outOfRange, at: step.location.description, expected: "a matrix whose last row is 0 0 0 1", found: "'\(text)'")
    }
    return result
  }

  private mutating func lookAt(_ step: MarkupElement) throws(SceneError) -> Matrix4 {
    let values = try attributes(of: step, required: ["origin", "target"], optional: ["up"])
    var points: [SIMD3<Double>] = []
    for name in ["origin", "target", "up"] {
      let v = try NumberText.list(values[name] ?? "0 0 0", counts: [3], at: step.location)
      points.append([v[0], v[1], v[2]])
    }
    guard let result = Matrix4.lookAt(origin: points[0], target: points[1], up: points[2]) else {
      throw SceneError(
        .outOfRange, at: step.location.description,
        expected: "a target apart from the origin and an up across the view",
        found: "origin \(values["origin"] ?? ""), target \(values["target"] ?? ""), up \(values["up"] ?? "")")
    }
    return result
  }
}
