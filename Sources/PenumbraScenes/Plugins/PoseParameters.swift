import PenumbraTransport

extension SceneAssembler {
  /// Which pose parameters an object has, and what changes with them.
  enum PoseKind {
    case shape, sensor, point, spot, directional, environment
  }

  /// Declares `translate`, `rotate` and `scale` of the current object, as far as it has them.
  mutating func declarePose(_ kind: PoseKind, at location: String) throws(SceneError) -> Pose {
    let discontinuous = kind != .environment
    func parameter(_ key: String, shape: [Int], unit: String, bounds: ClosedRange<Float>) -> Parameter {
      Parameter(
        key: key, shape: shape, bounds: bounds, unit: unit, movesDiscontinuities: discontinuous)
    }
    let unbounded = -Float.infinity...Float.infinity
    var pose = Pose()
    if kind == .shape || kind == .sensor || kind == .point || kind == .spot {
      pose.translate = try declare(
        parameter("translate", shape: [3], unit: "world units", bounds: unbounded), values: [0, 0, 0], at: location)
    }
    if kind != .point {
      pose.rotate = try declare(
        parameter("rotate", shape: [3], unit: "rad", bounds: unbounded), values: [0, 0, 0], at: location)
    }
    if kind == .shape {
      pose.scale = try declare(
        parameter("scale", shape: [], unit: "", bounds: 1e-3...Float.infinity), values: [1], at: location)
    }
    return pose
  }

  /// Declares the matrix of the current object; not differentiable itself, the pose is.
  mutating func declareToWorld(_ matrix: Matrix4, discontinuous: Bool, at location: String) throws(SceneError) -> Int {
    let values = matrix.elements.map { Float($0) }
    guard values.allSatisfy({ $0.isFinite }) else {
      throw SceneError(.outOfRange, at: location, expected: "a transform of finite numbers", found: "an overflow")
    }
    let parameter = Parameter(
      key: "to_world", shape: [4, 4], isDifferentiable: false, movesDiscontinuities: discontinuous)
    return try declare(parameter, values: values, at: location)
  }
}
