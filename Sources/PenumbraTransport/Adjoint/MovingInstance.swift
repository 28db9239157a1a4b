/// The map of an instance, which stays, applied to points that move.
struct MovingInstance<S: ShadingScalar> {
  let toWorld: AffineMap<S>
  let toObject: AffineMap<S>

  init(_ record: InstanceRecord, _ e: UnsafePointer<Float>) {
    toWorld = AffineMap(rowMajor: e + Int(record.matrix))
    toObject = AffineMap(rowMajor: e + (Int(record.matrix) + 12))
  }

  /// From 12 row-major entries.
  init(rowMajor m: UnsafePointer<Float>) {
    toWorld = AffineMap(rowMajor: m)
    toObject = InverseMap(rowMajor: m).entries.withUnsafeBufferPointer { AffineMap(rowMajor: $0.baseAddress!) }
  }

  func direction(_ v: Vector3) -> Vector3 { toWorld.direction(Vector(v)).value }

  /// By the inverse transpose; not a unit vector.
  func normal(_ n: Vector<S>) -> Vector<S> {
    Vector(n.dot(toObject.x.value), n.dot(toObject.y.value), n.dot(toObject.z.value))
  }
}
