/// θ offsets of the pose parameters of a shape, sensor or emitter: `scale`, then `rotate`, then `translate`,
/// all about world axes and applied after `to_world`. `nil` where the object has no such parameter.
public struct Pose: Sendable, Equatable {
  /// 3 elements, world units, initially 0.
  public var translate: Int?
  /// 3 elements, axis-angle in radians, initially 0.
  public var rotate: Int?
  /// 1 element, initially 1.
  public var scale: Int?

  public init(translate: Int? = nil, rotate: Int? = nil, scale: Int? = nil) {
    self.translate = translate
    self.rotate = rotate
    self.scale = scale
  }
}
