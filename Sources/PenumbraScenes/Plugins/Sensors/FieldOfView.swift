import Foundation

/// The ways to give a camera's field of view, all resolved to horizontal degrees.
enum FieldOfView {
  private enum Axis: String, CaseIterable { case x, y, diagonal, smaller, larger }

  /// `fov` along `fov_axis`, or `focal_length` of a 35 mm camera (by its diagonal; default 50 mm).
  static func horizontalDegrees(_ reader: inout PropertyReader, width: Int, height: Int) throws(SceneError) -> Double {
    let aspect = Double(width) / Double(height)
    guard reader.has("fov") else {
      guard !reader.has("fov_axis") else {
        throw reader.outOfRange("fov_axis", "'fov' beside 'fov_axis'", found: "none")
      }
      let millimetres = try focalLength(&reader)
      reader.ignore("fov", "fov_axis")
      let diagonal = 2 * atan((36 * 36 + 24 * 24).squareRoot() / (2 * millimetres))
      return horizontal(diagonal, along: .diagonal, aspect: aspect) * 180 / .pi
    }
    guard !reader.has("focal_length") else {
      throw reader.outOfRange("focal_length", "either 'fov' or 'focal_length'", found: "both")
    }
    reader.ignore("focal_length")
    let degrees = try reader.float("fov") ?? 0
    guard degrees >= 1e-2, degrees <= 179.9 else {
      throw reader.outOfRange("fov", "fov between 0 and 180 degrees", found: "\(degrees)")
    }
    let axis = try reader.choice("fov_axis", default: Axis.x)
    if resolved(axis, aspect: aspect) == .x { return degrees }
    return horizontal(degrees * .pi / 180, along: axis, aspect: aspect) * 180 / .pi
  }

  /// `fov` of an equidistant lens, which is proportional to lengths on the film; its corners may look straight back at most.
  static func fisheyeDegrees(_ reader: inout PropertyReader, width: Int, height: Int) throws(SceneError) -> Double {
    let aspect = Double(width) / Double(height)
    let diagonal = (1 + 1 / (aspect * aspect)).squareRoot()
    let degrees = try reader.float("fov", default: 180, in: 1e-2...360)
    let widths: Double =
      switch resolved(try reader.choice("fov_axis", default: Axis.x), aspect: aspect) {
      case .y: 1 / aspect
      case .diagonal: diagonal
      default: 1
      }
    let horizontal = degrees / widths
    guard horizontal * diagonal <= 360 else {
      throw reader.outOfRange(
        "fov", "a field of view whose corners stay within 180° of the axis",
        found: "\(horizontal * diagonal / 2)° there")
    }
    return horizontal
  }

  private static func focalLength(_ reader: inout PropertyReader) throws(SceneError) -> Double {
    guard let text = try reader.string("focal_length") else { return 50 }
    let digits = text.hasSuffix("mm") ? text.dropLast(2) : text[...]
    guard let value = Double(digits.filter { !$0.isWhitespace }), value > 0, value.isFinite else {
      throw reader.outOfRange("focal_length", "a focal length like '50mm'", found: "'\(text)'")
    }
    return value
  }

  private static func resolved(_ axis: Axis, aspect: Double) -> Axis {
    switch axis {
    case .x, .y, .diagonal: axis
    case .smaller: aspect > 1 ? .y : .x
    case .larger: aspect > 1 ? .x : .y
    }
  }

  private static func horizontal(_ radians: Double, along axis: Axis, aspect: Double) -> Double {
    let half = tan(radians / 2)
    switch resolved(axis, aspect: aspect) {
    case .y: return 2 * atan(half * aspect)
    case .diagonal: return 2 * atan(half / (1 + 1 / (aspect * aspect)).squareRoot())
    default: return radians
    }
  }
}
