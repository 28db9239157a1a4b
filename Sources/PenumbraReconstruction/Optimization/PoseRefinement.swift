/// Corrections of camera poses, found together with the scene.
///
/// A turn or a shift of all cameras alike is a turn or a shift of the scene: the mean correction stays zero, so that the
/// scene stays where the cameras' file has it.
struct PoseRefinement: Sendable {
  private let start: [CameraPose]
  /// World length that counts like a radian: how far the scene is.
  private let distance: Double
  /// Per camera: a rotation (axis-angle, radians, about world axes), and a translation over `distance`.
  private var corrections: [(rotation: SIMD3<Double>, shift: SIMD3<Double>)]
  private var moments: [(SIMD3<Double>, SIMD3<Double>)]
  private var squares: [(SIMD3<Double>, SIMD3<Double>)]
  private var count = 0

  /// - Parameter target: the middle of the scene.
  init(_ poses: [CameraPose], target: SIMD3<Double>) {
    start = poses
    let distances = poses.map { length($0.position - target) }.sorted()
    distance = distances.isEmpty ? 1 : max(distances[distances.count / 2], 1e-9)
    corrections = poses.map { _ in (.zero, .zero) }
    (moments, squares) = (corrections.map { ($0.0, $0.1) }, corrections.map { ($0.0, $0.1) })
  }

  /// The corrected poses, in the order of the cameras.
  var poses: [CameraPose] {
    zip(start, corrections).map { $0.moved(rotation: $1.rotation, translation: $1.shift * distance) }
  }

  /// Greatest rotation in degrees and greatest translation over the distance of the scene.
  var largest: (degrees: Double, share: Double) {
    (
      Angle.degrees(corrections.map { length($0.rotation) }.max() ?? 0),
      corrections.map { length($0.shift) }.max() ?? 0
    )
  }

  /// One step of Adam.
  ///
  /// - Parameters:
  ///   - gradient: of the loss by each camera's pose.
  ///   - rate: first step, in radians.
  mutating func step(_ gradient: [PoseGradient], rate: Double) {
    let (β1, β2) = (0.9, 0.99)
    count += 1
    let scale = (1 - Power.of(β2, count)).squareRoot() / (1 - Power.of(β1, count))
    func update(_ m: inout SIMD3<Double>, _ v: inout SIMD3<Double>, _ g: SIMD3<Double>) -> SIMD3<Double> {
      guard dot(g, g).isFinite else { return .zero }
      m = β1 * m + (1 - β1) * g
      v = β2 * v + (1 - β2) * g * g
      return rate * scale * m / ((v + 1e-24).squareRoot())
    }
    for i in corrections.indices {
      corrections[i].rotation -= update(&moments[i].0, &squares[i].0, gradient[i].rotation)
      corrections[i].shift -= update(&moments[i].1, &squares[i].1, gradient[i].translation * distance)
    }
    let number = Double(max(corrections.count, 1))
    let mean = corrections.reduce((SIMD3<Double>.zero, SIMD3<Double>.zero)) { ($0.0 + $1.0, $0.1 + $1.1) }
    for i in corrections.indices {
      corrections[i].rotation -= mean.0 / number
      corrections[i].shift -= mean.1 / number
    }
  }
}

/// The derivative of a loss by a camera's pose: by a rotation about world axes through its own position, per radian, and by
/// a translation, per world unit.
struct PoseGradient: Sendable, Equatable {
  var rotation = SIMD3<Double>.zero
  var translation = SIMD3<Double>.zero

  /// Adds what one ray says.
  ///
  /// - Parameters:
  ///   - push: Σ of the loss's derivatives by the positions of the ray's samples, in cubes.
  ///   - lever: Σ of the same times the samples' distances from the camera, in cubes.
  ///   - spacing: world length of a cube.
  mutating func add(push: SIMD3<Float>, lever: SIMD3<Float>, direction: SIMD3<Float>, spacing: Float) {
    translation += SIMD3<Double>(push / spacing)
    rotation += SIMD3<Double>(cross(direction, lever))
  }

  static func += (sum: inout PoseGradient, other: PoseGradient) {
    sum.rotation += other.rotation
    sum.translation += other.translation
  }
}
