import Foundation

/// A camera as the kernel reads it.
struct SensorRecord {
  /// How directions become film positions.
  enum Mapping: UInt8 {
    /// Straight lines stay straight: film positions follow the tangent of the angle to the axis.
    case rectilinear
    /// Film positions follow the angle itself.
    case equidistant
  }
  /// Whether rays start from one point, rather than in parallel.
  var isPerspective: Bool
  var mapping = Mapping.rectilinear
  /// Expanded-vector offsets of the 3×4 camera-to-world matrix, the field of view and the principal point.
  var matrix: Int32
  var xFov: Int32
  var principalX: Int32
  var principalY: Int32
  /// Offsets of aperture radius and focus distance, −1 for a pinhole.
  var aperture: Int32 = -1
  var focus: Int32 = -1
  /// Offset of the coefficients of `LensDistortion`, −1 for none.
  var distortion: Int32 = -1
  var near: Float
  var far: Float
  /// Size of the whole film in pixels.
  var width: Int
  var height: Int

  /// The same as a vector.
  var size: SIMD2<Float> { SIMD2(Float(width), Float(height)) }
  /// A film position in pixels as fractions of the film.
  @inline(__always) func fraction(ofPixel p: SIMD2<Float>) -> SIMD2<Float> { p / size }

  var hasLens: Bool { aperture >= 0 }
  var isDistorted: Bool { distortion >= 0 }
  /// Whether rays leave one point and the film is a plane.
  var isPinhole: Bool { isPerspective && mapping == .rectilinear && !isDistorted && !hasLens }
  /// Whether the picture of a straight line is straight.
  var keepsLines: Bool { mapping == .rectilinear && !isDistorted }
}

/// A ray over any shading scalar: unit direction.
struct CameraRay<S: ShadingScalar> {
  var origin: Vector<S>
  var direction: Vector<S>
  /// Local z of the unit direction, by which clip planes become distances.
  var forward: S
}

/// What a camera's rays depend on.
struct CameraInputs<S: ShadingScalar> {
  var map: AffineMap<S>
  /// Tangent of half the horizontal field of view; half of it in radians for an equidistant lens.
  var halfWidth: S
  var principalX: S
  var principalY: S
  /// Lens radius and focus distance; unused for a pinhole.
  var aperture: S
  var focus: S
  var distortion = LensDistortion<S>.none

  /// - Parameter xFov: horizontal field of view in degrees.
  init(
    map: AffineMap<S>, xFov: S, principalX: S, principalY: S, aperture: S = S(0), focus: S = S(1),
    mapping: SensorRecord.Mapping = .rectilinear
  ) {
    self.map = map
    let half = xFov * (.pi / 360)
    halfWidth = mapping == .rectilinear ? half.tangentFunction() : half
    self.principalX = principalX
    self.principalY = principalY
    self.aperture = aperture
    self.focus = focus
  }
}

extension SensorRecord {
  /// The ray through a film position in [0, 1]², (0, 0) at the top left; local +x points left in the picture.
  ///
  /// - Parameter lens: a point of the unit disk, where the ray passes the lens.
  @inline(__always)
  func ray<S: ShadingScalar>(_ p: SIMD2<Float>, lens: SIMD2<Float> = .zero, _ inputs: CameraInputs<S>) -> CameraRay<S> {
    if isPerspective {
      var (x, y) = planePoint(p, inputs)
      if mapping == .equidistant { return fisheyeRay(x, y, inputs) }
      if isDistorted { (x, y) = straightened(x, y, inputs) }
      if hasLens {
        let (lensX, lensY) = (inputs.aperture * lens.x, inputs.aperture * lens.y)
        let local = Vector(x * inputs.focus - lensX, y * inputs.focus - lensY, inputs.focus).normalized()
        return CameraRay(
          origin: inputs.map.point(Vector(lensX, lensY, S(0))), direction: inputs.map.direction(local).normalized(),
          forward: local.z)
      }
      return pinholeRay(x, y, inputs)
    }
    let aspect = Float(width) / Float(height)
    let local = Vector<S>(Vector3(1 - 2 * p.x, (1 - 2 * p.y) / aspect, 0))
    return CameraRay(
      origin: inputs.map.point(local), direction: inputs.map.z.normalized(), forward: S(1))
  }

  /// The ray through a film position for `isPinhole`.
  @inline(__always) func pinholeRay<S: ShadingScalar>(_ p: SIMD2<Float>, _ inputs: CameraInputs<S>) -> CameraRay<S> {
    let (x, y) = planePoint(p, inputs)
    return pinholeRay(x, y, inputs)
  }

  /// Where a film position is on the plane at distance 1.
  @inline(__always)
  private func planePoint<S: ShadingScalar>(_ p: SIMD2<Float>, _ inputs: CameraInputs<S>) -> (x: S, y: S) {
    let aspect = Float(width) / Float(height)
    return (
      (1 - (inputs.principalX + p.x) * 2) * inputs.halfWidth,
      (1 - (inputs.principalY + p.y) * 2) * inputs.halfWidth * (1 / aspect)
    )
  }

  @inline(__always)
  private func pinholeRay<S: ShadingScalar>(_ x: S, _ y: S, _ inputs: CameraInputs<S>) -> CameraRay<S> {
    CameraRay(
      origin: inputs.map.translation, direction: inputs.map.direction(Vector(x, y, S(1))).normalized(),
      forward: (x * x + y * y + 1).safeSquareRoot().reciprocal())
  }

  /// The numbers of the camera at rest.
  func inputs(_ e: UnsafePointer<Float>) -> CameraInputs<Float> {
    var result = CameraInputs(
      map: AffineMap(rowMajor: e + Int(matrix)), xFov: e[Int(xFov)], principalX: e[Int(principalX)],
      principalY: e[Int(principalY)], aperture: hasLens ? e[Int(aperture)] : 0, focus: hasLens ? e[Int(focus)] : 1,
      mapping: mapping)
    if isDistorted {
      result.distortion = LensDistortion(e + Int(distortion), isEquidistant: mapping == .equidistant)
    }
    return result
  }
}
