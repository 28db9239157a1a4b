/// Position of a group in `SceneStructure.groups`.
public struct ShapeGroupID: Sendable, Hashable {
  public var index: Int
}

/// Shapes that are seen through instances only; they share one acceleration structure and emit no light.
public struct ShapeGroup: Sendable {
  public var id: String
  /// Positions in `SceneStructure.shapes`; groups do not overlap.
  public var shapes: Range<Int>

  public init(id: String, shapes: Range<Int>) { (self.id, self.shapes) = (id, shapes) }
}

/// A group of shapes put into the world by a matrix; its vertices are not copied.
public struct Instance: Sendable {
  /// Name used in messages and by `inspect`.
  public var id: String
  public var group: ShapeGroupID
  /// θ offset of a row-major 4×4 matrix, affine and invertible.
  public var toWorld: Int
  public var pose: Pose
  /// World point about which the pose scales and rotates.
  public var pivot: SIMD3<Float>

  public init(id: String, group: ShapeGroupID, toWorld: Int, pose: Pose = Pose(), pivot: SIMD3<Float> = .zero) {
    (self.id, self.group, self.toWorld, self.pose, self.pivot) = (id, group, toWorld, pose, pivot)
  }
}
