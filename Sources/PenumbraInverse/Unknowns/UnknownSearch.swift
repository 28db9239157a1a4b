import PenumbraTransport

/// Finds what the unknowns of a problem name, and how they are moved.
struct UnknownSearch {
  let scene: Scene
  let responses: [Response]
  let defaultRate: Float
  let prefersSmoothMaps: Bool

  /// What a key stands for.
  private struct Found {
    var range: Range<Int>
    var shape: [Int]
    var bounds: ClosedRange<Float>
    var present: [Float]
    var movesEdges = false
  }

  func slice(_ request: Problem.Unknown) throws(InverseError) -> Unknowns.Slice {
    let found: Found
    if let response = try responseParameter(request) { found = response } else { found = try sceneParameter(request) }
    let bounds = request.bounds ?? found.bounds
    let initial = try initialValues(request, present: found.present)
    for (index, value) in initial.enumerated() where !bounds.contains(value) {
      throw request.fault("'\(request.key)' initial[\(index)]: expected a value in \(bounds), found \(value)")
    }
    let chart = try chart(request, found, bounds: bounds, initial: initial)
    var slice = Unknowns.Slice(
      name: request.key, shape: found.shape, range: found.range, initial: initial, bounds: bounds,
      rate: request.learningRate ?? defaultRate * Self.scale(chart, initial), chart: chart,
      movesEdges: found.movesEdges)
    slice.reach = reach(found, chart)
    return slice
  }

  /// `targets[i].NAME`; `nil` for other keys.
  private func responseParameter(_ request: Problem.Unknown) throws(InverseError) -> Found? {
    let prefix = "targets["
    guard request.key.hasPrefix(prefix), let end = request.key.firstIndex(of: "]") else { return nil }
    let index = request.key.dropFirst(prefix.count).prefix(upTo: end)
    guard let view = Int(index), responses.indices.contains(view) else {
      throw request.fault("'\(request.key)': expected a target in 0..<\(responses.count), found '\(index)'")
    }
    let name = String(request.key[request.key.index(after: end)...].dropFirst())
    guard let parameter = Response.parameter(name) else {
      let hint = Spelling.nearest(to: name, among: Response.names).map { ", did you mean '\($0)'?" } ?? ""
      throw request.fault(
        "'\(request.key)': expected one of \(Response.names.joined(separator: ", ")), found '\(name)'\(hint)")
    }
    let start = scene.theta.count + Response.count * view
    return Found(
      range: (start + parameter.range.lowerBound)..<(start + parameter.range.upperBound), shape: parameter.shape,
      bounds: parameter.bounds, present: Array(responses[view].numbers[parameter.range]))
  }

  private func sceneParameter(_ request: Problem.Unknown) throws(InverseError) -> Found {
    let (parameter, range): (Parameter, Range<Int>)
    do { (parameter, range) = try scene.structure.parameters.resolve(request.key) } catch {
      throw request.fault(error.message)
    }
    guard parameter.isDifferentiable else {
      throw request.fault("'\(request.key)': this version computes no derivative of this parameter")
    }
    return Found(
      range: range, shape: range.count == parameter.count ? parameter.shape : [], bounds: parameter.bounds,
      present: Array(scene.theta[range]), movesEdges: parameter.movesDiscontinuities)
  }

  private func initialValues(_ request: Problem.Unknown, present: [Float]) throws(InverseError) -> [Float] {
    guard let initial = request.initial else { return present }
    if initial.count == 1 { return Array(repeating: initial[0], count: present.count) }
    guard initial.count == present.count else {
      throw request.fault("'\(request.key)' initial: expected \(present.count) values or one, found \(initial.count)")
    }
    return initial
  }

  private func chart(
    _ request: Problem.Unknown, _ found: Found, bounds: ClosedRange<Float>, initial: [Float]
  ) throws(InverseError) -> Chart {
    if let lambda = request.largeSteps { return try largeSteps(request, found, lambda: lambda, initial: initial) }
    switch request.map {
    case .linear?: return .linear
    case .log?:
      guard let smallest = initial.min(), smallest > 0, bounds.lowerBound >= 0 else {
        throw request.fault("'\(request.key)' map: expected values above 0 for log, found \(initial.min() ?? 0)")
      }
      return .log
    case .logit?:
      guard bounds.lowerBound.isFinite, bounds.upperBound.isFinite, bounds.lowerBound < bounds.upperBound else {
        throw request.fault("'\(request.key)' map: expected two finite bounds for logit, found \(bounds)")
      }
      return .logit(bounds)
    case nil:
      let isFree = bounds.lowerBound <= -.pi && bounds.upperBound >= .pi
      if isFree && rotations.contains(found.range.lowerBound) && found.range.count == 3 { return .rotation }
      guard prefersSmoothMaps, bounds.lowerBound.isFinite, bounds.lowerBound < bounds.upperBound else { return .linear }
      if bounds.upperBound.isFinite { return .logit(bounds) }
      return bounds.lowerBound >= 0 && (initial.min() ?? 0) > 0 ? .log : .linear
    }
  }

  private func largeSteps(
    _ request: Problem.Unknown, _ found: Found, lambda: Float, initial: [Float]
  ) throws(InverseError) -> Chart {
    let meshes = scene.structure.shapes.compactMap { shape -> Mesh? in
      if case .mesh(let mesh) = shape.geometry { mesh } else { nil }
    }
    guard
      let mesh = meshes.first(where: {
        $0.positions == found.range.lowerBound && 3 * $0.vertexCount == found.range.count
      })
    else {
      throw request.fault("'\(request.key)' large_steps: expected the vertex_positions of a mesh, found another key")
    }
    guard request.map == nil else {
      throw request.fault("'\(request.key)': expected either large_steps or map, found both")
    }
    return .largeSteps(LargeSteps(positions: initial, triangles: Array(mesh.triangles), lambda: lambda))
  }

  private var poses: [Pose] {
    let structure = scene.structure
    return structure.shapes.map(\.pose) + structure.instances.map(\.pose) + structure.sensors.map(\.pose)
      + structure.emitters.map(\.pose)
  }

  /// θ offsets of all axis-angle vectors.
  private var rotations: Set<Int> { Set(poses.compactMap(\.rotate)) }

  /// See `Unknowns.Slice.reach`.
  private func reach(_ found: Found, _ chart: Chart) -> Float {
    switch chart {
    case .log, .logit: return 2
    case .rotation: return 1
    case .linear, .largeSteps: break
    }
    let start = found.range.lowerBound
    for case .mesh(let mesh) in scene.structure.shapes.map(\.geometry) {
      let positions = mesh.positions..<(mesh.positions + 3 * mesh.vertexCount)
      // Further, and triangles turn over.
      if positions.contains(start) { return mesh.meanEdge(in: scene.theta) / 4 }
    }
    let translations = poses.compactMap(\.translate)
    if translations.contains(where: { ($0..<($0 + 3)).contains(start) }) { return SceneExtent(scene).side / 2 }
    let turns = poses.compactMap(\.rotate)
    return turns.contains { ($0..<($0 + 3)).contains(start) } ? 1 : .infinity
  }

  /// What a relative rate is relative to.
  private static func scale(_ chart: Chart, _ initial: [Float]) -> Float {
    switch chart {
    case .log, .logit: return 1
    case .largeSteps:
      let axes = (0..<3).map { axis in stride(from: axis, to: initial.count, by: 3).map { initial[$0] } }
      return max(axes.map { (($0.max() ?? 0) - ($0.min() ?? 0)) / 2 }.max() ?? 0, 1e-6)
    case .linear, .rotation: return max(1, initial.reduce(0) { $0 + abs($1) } / Float(initial.count))
    }
  }
}
