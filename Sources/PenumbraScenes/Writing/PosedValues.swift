/// Matrices and points of θ with their pose applied; unposed ones come out bit for bit.
enum PosedValues {
  static func matrix(_ offset: Int, _ placement: Placement, theta: [Float]) -> [Float] {
    let values = Array(theta[offset..<(offset + 16)])
    let pose = placement.matrix(theta: theta)
    guard pose != .identity else { return values }
    return (pose * Matrix4(rowMajor: values.map(Double.init))).elements.map { Float($0) }
  }

  static func point(_ offset: Int, _ placement: Placement, theta: [Float]) -> [Float] {
    let values = Array(theta[offset..<(offset + 3)])
    let pose = placement.matrix(theta: theta)
    guard pose != .identity else { return values }
    let moved = pose.point([Double(values[0]), Double(values[1]), Double(values[2])])
    return [Float(moved.x), Float(moved.y), Float(moved.z)]
  }
}
