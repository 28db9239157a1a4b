import PenumbraTransport

extension SceneAssembler {
  /// Shapes that are seen through instances only. Keys are `GROUP.CHILD.…`, where unnamed children are called by their
  /// tag: `shape`, `shape_1`, …
  mutating func shapeGroup(_ node: SceneNode, slot: String) throws(SceneError) -> ShapeGroupID {
    if let known = groups[ObjectIdentifier(node)] { return known }
    open(node, slot: slot)
    var reader = PropertyReader(node, in: document)
    // Mitsuba reads and forgets a group's own placement.
    reader.ignore("to_world", "silhouette_sampling_weight")
    let first = builder.shapes.count
    var taken: Set<String> = []
    for child in reader.objects(.shape) {
      switch try child.node.plugin(ShapePlugin.self) {
      case .shapegroup, .instance:
        throw SceneError(
          .unsupported, at: child.property.location.description,
          found: "instances inside a shapegroup are not permitted")
      default: break
      }
      let inner = PropertyReader(child.node, in: document)
      guard !inner.hasObject(.emitter) else {
        throw SceneError(
          .unsupported, at: child.property.location.description, found: "shapes inside a shapegroup cannot emit light")
      }
      let name = child.node.id ?? (child.property.name.isEmpty ? "shape" : child.property.name)
      try addSurface(child.node, slot: Self.freeName(name, &taken))
    }
    try reader.finish()
    let id = builder.add(ShapeGroup(id: name(of: node) ?? path, shapes: first..<builder.shapes.count))
    close(node)
    groups[ObjectIdentifier(node)] = id
    return id
  }

  /// A shape group put into the world.
  mutating func addInstance(_ node: SceneNode) throws(SceneError) {
    open(node, slot: "shape")
    var reader = PropertyReader(node, in: document)
    reader.ignore("silhouette_sampling_weight")
    let nested = reader.objects(.shape)
    guard nested.count == 1, nested[0].node.plugin == ShapePlugin.shapegroup.rawValue else {
      throw SceneError(
        .wrongType, at: node.place, expected: "one shapegroup in an instance",
        found: nested.isEmpty ? "none" : nested.count > 1 ? "\(nested.count) shapes" : "a \(nested[0].node.plugin)")
    }
    let group = try shapeGroup(nested[0].node, slot: "shapegroup")
    let matrix = try reader.transform("to_world") ?? .identity
    guard matrix.determinant != 0, matrix.isAffine else {
      throw reader.outOfRange("to_world", "an invertible affine transform", found: "another one")
    }
    try reader.finish()
    let here = node.location.description
    let toWorld = try declareToWorld(matrix, discontinuous: true, at: here)
    let pose = try declarePose(.shape, at: here)
    let pivot = matrix.point(GroupBounds(builder, group).center)
    bindings.bind(node, "to_world", .transform(offset: toWorld, pose: Placement(pose, pivot: pivot)))
    builder.add(
      Instance(
        id: name(of: node) ?? path, group: group, toWorld: toWorld, pose: pose,
        pivot: [Float(pivot.x), Float(pivot.y), Float(pivot.z)]))
    close(node)
  }
}

/// The box around the shapes of a group, in its own space.
private struct GroupBounds {
  private var low = SIMD3<Double>(repeating: .infinity)
  private var high = SIMD3<Double>(repeating: -.infinity)

  /// The origin for an empty group.
  var center: SIMD3<Double> { low.x <= high.x ? (low + high) / 2 : .zero }

  init(_ builder: SceneBuilder, _ group: ShapeGroupID) {
    for shape in builder.shapes[builder.groups[group.index].shapes] {
      switch shape.geometry {
      case .mesh(let mesh):
        for vertex in 0..<mesh.vertexCount {
          let p = mesh.positions + 3 * vertex
          add([Double(builder.theta[p]), Double(builder.theta[p + 1]), Double(builder.theta[p + 2])])
        }
      case .sphere(let offset):
        // Spheres are scaled evenly: the box of the unit cube's image would be too large.
        let m = Matrix4(rowMajor: builder.theta[offset..<(offset + 16)].map(Double.init))
        let radius = SIMD3(repeating: length(m.column(0)))
        add(m.column(3) - radius)
        add(m.column(3) + radius)
      case .rectangle(let offset): add(squareAt: offset, builder)
      case .disk(let offset): add(circles: [0], offset, builder)
      case .cylinder(let offset): add(circles: [0, 1], offset, builder)
      }
    }
  }

  private mutating func add(_ p: SIMD3<Double>) {
    low = pointwiseMin(low, p)
    high = pointwiseMax(high, p)
  }

  private mutating func add(squareAt offset: Int, _ builder: SceneBuilder) {
    let m = Matrix4(rowMajor: builder.theta[offset..<(offset + 16)].map(Double.init))
    for x in [-1.0, 1] { for y in [-1.0, 1] { add(m.point([x, y, 0])) } }
  }

  /// Unit circles about the z axis at the given heights.
  private mutating func add(circles heights: [Double], _ offset: Int, _ builder: SceneBuilder) {
    let m = Matrix4(rowMajor: builder.theta[offset..<(offset + 16)].map(Double.init))
    let (x, y) = (m.column(0), m.column(1))
    let extent = (x * x + y * y).squareRoot()
    for z in heights {
      add(m.point([0, 0, z]) - extent)
      add(m.point([0, 0, z]) + extent)
    }
  }
}
