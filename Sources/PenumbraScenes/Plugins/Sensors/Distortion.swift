import Foundation
import PenumbraTransport

/// Lenses that bend the picture, which Mitsuba does not have: OpenCV's coefficients `k1` … `k6`, `p1`, `p2` of a perspective
/// camera, and `k1` … `k4` of a `fisheye`.
extension SceneAssembler {
  /// Declares the coefficients that the scene gives; the others are 0 and no parameters.
  ///
  /// - Returns: the offset of the first, `nil` when none is given.
  mutating func distortion(_ reader: inout PropertyReader, isFisheye: Bool) throws(SceneError) -> Int? {
    let names = (1...(isFisheye ? 4 : 6)).map { "k\($0)" } + (isFisheye ? [] : ["p1", "p2"])
    var given: [String: Float] = [:]
    for name in names {
      guard let value = try reader.float(name) else { continue }
      guard abs(value) <= 1e3 else {
        throw reader.outOfRange(name, "a coefficient in -1000...1000", found: "\(value)")
      }
      given[name] = Float(value)
    }
    guard !given.isEmpty else { return nil }
    bindings.bind(reader.node, "", .note("k1 and following: lens distortion, which Mitsuba does not have"))
    var first: Int?
    // Offsets follow each other, whether a coefficient has a key or not.
    for name in names {
      let offset: Int
      if let value = given[name] {
        let parameter = Parameter(key: name, movesDiscontinuities: true)
        offset = try declare(parameter, values: [value], at: reader.node.location.description)
        bindings.bind(reader.node, name, .numberUnlessZero(offset: offset))
      } else {
        offset = builder.addHidden([0])
      }
      first = first ?? offset
    }
    return first
  }

  /// An equidistant lens: `fov` is spread evenly along `fov_axis`, by default 180° over the width.
  mutating func fisheye(_ reader: inout PropertyReader, film: Film) throws(SceneError) -> Sensor.Projection {
    let (width, height) = film.crop.map { ($0.fullWidth, $0.fullHeight) } ?? (film.width, film.height)
    let fov = try FieldOfView.fisheyeDegrees(&reader, width: width, height: height)
    bindings.bind(reader.node, "", .note("fisheye: an equidistant camera, which Mitsuba does not have"))
    let numbers = try intrinsics(&reader, fov: fov, bounds: 1e-2...360)
    return .fisheye(xFov: numbers.xFov, principalPointX: numbers.x, principalPointY: numbers.y)
  }
}
