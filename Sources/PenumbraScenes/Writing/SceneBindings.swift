/// How each object is written back: which properties take their values from θ.
struct SceneBindings: Sendable {
  /// What a property becomes.
  enum Binding: Sendable {
    /// A `<float>` from θ.
    case number(offset: Int)
    /// The same, left out where it is 0: a property that other renderers refuse.
    case numberUnlessZero(offset: Int)
    /// A `<spectrum type="uniform">` from θ: the number stays one number on an emitter.
    case uniformSpectrum(offset: Int)
    /// A `<vector>` from θ.
    case vector(offset: Int)
    /// The whole object becomes an `<rgb>` from θ.
    case asColor(offset: Int)
    /// An `<rgb>` from θ.
    case color(offset: Int)
    /// A `<transform>` from 16 elements of θ, with the pose applied.
    case transform(offset: Int, pose: Placement)
    /// A `<transform>` of texture coordinates from the 3×3 matrix in θ.
    case planarTransform(offset: Int)
    /// A `<point>` from θ, moved by the pose.
    case point(offset: Int, pose: Placement)
    /// The file of a picture whose texels are in θ.
    case texels(offset: Int, width: Int, height: Int, channels: Int, name: String)
    /// The file of a mesh; the object becomes a `ply`.
    case mesh(shape: Int)
    case integer(Int)
    case float(Double)
    case string(String)
    case boolean(Bool)
    /// A nested object that the scene file left to its default.
    case object(SceneNode)
    /// A comment.
    case note(String)
    /// Not written: another property says the same.
    case omitted
  }

  private var entries: [ObjectIdentifier: [(name: String, binding: Binding)]] = [:]

  subscript(node: SceneNode) -> [(name: String, binding: Binding)] { entries[ObjectIdentifier(node)] ?? [] }

  mutating func bind(_ node: SceneNode, _ name: String, _ binding: Binding) {
    entries[ObjectIdentifier(node), default: []].append((name, binding))
  }
}
