import Foundation

/// A camera as the kernel reads it.
struct SensorRecord {
  var isPerspective: Bool
  /// Expanded-vector offsets of the 3×4 camera-to-world matrix, the field of view and the principal point.
  var matrix: Int32
  var xFov: Int32
  var principalX: Int32
  var principalY: Int32
  /// Offsets of aperture radius and focus distance, −1 for a pinhole.
  var aperture: Int32 = -1
  var focus: Int32 = -1
  var near: Float
  var far: Float
  /// Size of the whole film in pixels.
  var width: Int
  var height: Int

  var hasLens: Bool { aperture >= 0 }
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
  /// Tangent of half the horizontal field of view.
  var halfWidth: S
  var principalX: S
  var principalY: S
  /// Lens radius and focus distance; unused for a pinhole.
  var aperture: S
  var focus: S

  /// - Parameter xFov: horizontal field of view in degrees.
  init(
    map: AffineMap<S>, xFov: S, principalX: S, principalY: S, aperture: S = S(0), focus: S = S(1)
  ) {
    self.map = map
    halfWidth = (xFov * (.pi / 360)).tangentFunction()
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
    let aspect = Float(width) / Float(height)
    if isPerspective {
      let x = (1 - (inputs.principalX + p.x) * 2) * inputs.halfWidth
      let y = (1 - (inputs.principalY + p.y) * 2) * inputs.halfWidth * (1 / aspect)
      if hasLens {
        let (lensX, lensY) = (inputs.aperture * lens.x, inputs.aperture * lens.y)
        let local = Vector(x * inputs.focus - lensX, y * inputs.focus - lensY, inputs.focus).normalized()
        return CameraRay(
          origin: inputs.map.point(Vector(lensX, lensY, S(0))), direction: inputs.map.direction(local),
          forward: local.z)
      }
      let inverse = (x * x + y * y + 1).safeSquareRoot().reciprocal()
      let local = Vector(x * inverse, y * inverse, inverse)
      return CameraRay(origin: inputs.map.translation, direction: inputs.map.direction(local), forward: inverse)
    }
    let local = Vector<S>(Vector3(1 - 2 * p.x, (1 - 2 * p.y) / aspect, 0))
    return CameraRay(
      origin: inputs.map.point(local), direction: inputs.map.z.normalized(), forward: S(1))
  }

  @inline(__always) func inputs(_ e: UnsafePointer<Float>) -> CameraInputs<Float> {
    CameraInputs(
      map: AffineMap(rowMajor: e + Int(matrix)), xFov: e[Int(xFov)], principalX: e[Int(principalX)],
      principalY: e[Int(principalY)], aperture: hasLens ? e[Int(aperture)] : 0, focus: hasLens ? e[Int(focus)] : 1)
  }
}
