/// The wrappers of a recorded vertex, followed again with other inputs; the point stays where it was.
struct RecordedWrappers {
  let scene: KernelScene
  let explores: Bool

  func resolve<I: MaterialInputs>(_ vertex: UnsafePointer<PathVertex>, _ inputs: I) -> WrappedSurface<I.Scalar> {
    var choices = RecordedChoices(vertex.pointee.choices, explores: explores)
    return WrapperChain(scene: scene, root: vertex.pointee.wrapper).resolve(
      scene.surfacePoint(vertex.pointee.hit, frame: vertex.pointee.plainFrame),
      direction: Vector(vertex.pointee.direction), inputs, &choices)
  }
}
