/// How a line past an edge is chosen: how many surfaces scatter between it and the camera, and whether light comes from an
/// emitter or from a surface that scatters.
struct LineChoice {
  let scatterings: Int
  /// Whether light comes from a surface that scatters it.
  let isIndirect: Bool
  let probability: Float

  /// - Returns: `nil` when the path would be too short for either.
  @inline(__always) init?(_ numbers: VertexNumbers, _ tracer: PathTracer) {
    self.init(numbers, maxDepth: tracer.maxDepth, hasEmitters: tracer.scene.hasEmitters)
  }

  @inline(__always) private init?(_ numbers: VertexNumbers, maxDepth: Int, hasEmitters: Bool) {
    let (count, chance) = CameraWalk.scatterings(numbers.lobe, most: maxDepth - 1)
    let mayBeIndirect = count + 2 <= maxDepth
    guard mayBeIndirect || hasEmitters else { return nil }
    scatterings = count
    isIndirect = mayBeIndirect && (!hasEmitters || numbers.material < 0.5)
    probability = chance * (mayBeIndirect && hasEmitters ? 0.5 : 1)
  }

  /// The probability of a line that ends on the first surface that the camera sees; 0 when there is none.
  static func probability(isIndirect: Bool, _ tracer: PathTracer) -> Float {
    let mayBeIndirect = tracer.maxDepth >= 3
    guard isIndirect ? mayBeIndirect : tracer.scene.hasEmitters else { return 0 }
    return (mayBeIndirect ? 0.5 : 1) * (mayBeIndirect && tracer.scene.hasEmitters ? 0.5 : 1)
  }
}
