/// Edges between two points of a path: shadows and the outlines of what surfaces see of each other.
///
/// A line through an edge point y ends at S, where light comes from, and at D, from which the camera or another surface
/// is reached. Derivatives of the integral over such lines, per unit of edge length across the line and solid angle at y:
///
///     − W(D) f(D) L(S → y) (δy · n),   δy = ẏ − (r_D Ṡ + r_S Ḋ) / (r_D + r_S)
///
/// n points away from the object at y; W f includes the film's importance at D with the cosines that do not cancel
/// against the solid angle at y.
struct SecondaryBoundary {
  let tracer: PathTracer
  let edges: UnsafePointer<EdgeRecord>
  let lights: EdgeLights
  let table: CumulativeTable
  let geometry: EdgeGeometry
  /// Where the film may see shadows.
  let region: FilmRegion
  let flags: GradientFlags
  /// See `EdgeRecord.rivals`.
  let rivals: UnsafePointer<EdgeRecord>
  let parts: BoundaryParts
  /// Whether lines are also looked for from glossy surfaces.
  var isMixed = false

  /// - Parameters:
  ///   - edges: kept alive by who samples them; nothing is counted in the sample loop.
  ///   - rivals: likewise.
  init(
    tracer: PathTracer, edges: SecondaryEdges, footprint: FilmFootprint, flags: GradientFlags,
    rivals: OwnedBuffer<EdgeRecord>, parts: BoundaryParts
  ) {
    self.tracer = tracer
    self.edges = UnsafePointer(edges.edges.base)
    lights = edges.lights
    table = edges.distribution.table
    geometry = EdgeGeometry(scene: tracer.scene)
    region = footprint.region
    self.flags = flags
    self.rivals = UnsafePointer(rivals.base)
    self.parts = parts
  }

  /// The far end of the line on the side of the light.
  struct Source {
    enum Motion {
      /// A fixed direction: the environment.
      case still
      /// A surface point.
      case surface(SurfaceHit)
      /// A light's position, by the offsets of its coordinates in the expanded vector.
      case position(SIMD3<Int>)
      /// A direction of travel at infinity.
      case direction(Int)
    }
    var direction: Vector3
    /// Infinite for the environment and directional lights.
    var distance: Float
    /// Radiance over the density of the direction at y.
    var radiance: Spectrum
    var motion: Motion
  }

  /// A point of an edge.
  struct Place {
    var position: Vector3
    /// See `EdgePoint`.
    var local: Vector3
  }

  /// Where the camera may see a line end.
  struct End {
    var receiver: SurfaceHit
    /// How the camera sees the last surface of its side: the receiver, if it is the only one.
    var view: CameraWalk.View
    /// Of the camera's side.
    var weight: Spectrum
  }

  /// A line of which nothing blocks either end.
  struct Sight {
    var line: UnsafePointer<Line>
    var end: UnsafePointer<End>
    var source: Source
    var weight: Spectrum
  }

  /// Adds what a line contributes.
  func add(_ sight: UnsafePointer<Sight>, to target: inout some BoundaryTarget) {
    let (line, end) = (sight.pointee.line, sight.pointee.end)
    let edge = edges[line.pointee.edge]
    let shared = geometry.multiplicity(
      edge, at: line.pointee.place.position, rivals, line: (line.pointee.direction, line.pointee.outward))
    let weight = sight.pointee.weight * (1 / shared)
    guard weight.isFinite, !weight.isZero, let start = target.sink(at: end.pointee.view.pixel) else { return }
    var sink = start
    addMotion(
      edge, line.pointee.place, sight.pointee.source, line.pointee.outward, end.pointee.receiver, weight,
      NearField(tracer, distance: end.pointee.view.distance),
      view: line.pointee.scatterings == 1 ? end.pointee.view : nil, to: &sink)
    target.take(sink, at: end.pointee.view.pixel)
  }

  /// How far lines pass the edge, relative to 1 + its largest coordinate; small beside what is seen of the edge, large
  /// beside the rounding of intersections.
  private static let clearance: Float = RayOffset.epsilon / 8
  /// Rays start this many clearances along the line. An edge that stands on a surface borders what is seen of that
  /// surface, in all directions: `CoverBoundary` has it, and lines that end there do not count.
  private static let lead: Float = 32

  /// A point on the free side of an edge, moved along the line, and how far it was moved.
  func start(beside p: Vector3, _ outward: Vector3, _ omega: Vector3) -> (point: Vector3, lead: Float) {
    let unit = (1 + max(abs(p.x), max(abs(p.y), abs(p.z)))) * Self.clearance
    return (p + outward * unit + omega * (unit * Self.lead), unit * Self.lead)
  }

  func addMotion<Sink: DerivativeSink>(
    _ edge: EdgeRecord, _ point: Place, _ source: Source, _ outward: Vector3, _ sensorSide: SurfaceHit,
    _ weight: Spectrum, _ near: NearField, view: CameraWalk.View?, to sink: inout Sink
  ) {
    if flags.moves(edge.shape, edge.instance) {
      geometry.addMotion(edge, at: point.position, local: point.local, outward * -1, weight, to: &sink)
    }
    let rD = (sensorSide.position - point.position).length
    let isFar = source.distance == .infinity
    var (ofSource, ofSensor): (Float, Float) = (rD, 1)
    if !isFar {
      // A near segment keeps its direction: its end moves as its start does.
      let length = rD + source.distance
      let far = near.weight(squaredLength: length * length).value
      ofSource = far * rD / length
      ofSensor = far * source.distance / length + 1 - far
    }
    let motion = SurfaceMotion(scene: tracer.scene)
    switch source.motion {
    case .still: break
    case .surface(let hit):
      if flags.moves(hit.shape, hit.instance) { motion.addPosition(hit, outward, weight * ofSource, to: &sink) }
    case .position(let offsets):
      for axis in 0..<3 { sink.add(offsets[axis], weight * (outward[axis] * ofSource)) }
    case .direction(let offset):
      // The light travels along −ω, so ω turns against it.
      for axis in 0..<3 { sink.add(offset + axis, weight * (-outward[axis] * ofSource)) }
    }
    ReceiverMotion(tracer: tracer, flags: flags).add(sensorSide, outward, weight * ofSensor, view: view, to: &sink)
  }
}
