import PenumbraTransport

/// A pose and the point it scales and rotates about.
struct Placement: Sendable {
  var pose: Pose
  var pivot: SIMD3<Double>

  init(_ pose: Pose, pivot: SIMD3<Double>) { (self.pose, self.pivot) = (pose, pivot) }

  /// The world transform for the pose values in θ: scale, then rotate, then translate.
  func matrix(theta: [Float]) -> Matrix4 {
    func vector(_ offset: Int?) -> SIMD3<Double> {
      guard let offset else { return .zero }
      return [Double(theta[offset]), Double(theta[offset + 1]), Double(theta[offset + 2])]
    }
    let scale = pose.scale.map { Double(theta[$0]) } ?? 1
    let rotation = vector(pose.rotate)
    let angle = length(rotation)
    let turn = angle > 0 ? Matrix4.rotation(axis: rotation, radians: angle) : .identity
    let linear = turn * Matrix4.scale(SIMD3(repeating: scale))
    guard linear != .identity else { return .translation(vector(pose.translate)) }
    return .translation(vector(pose.translate) + pivot) * linear * .translation(-pivot)
  }
}
