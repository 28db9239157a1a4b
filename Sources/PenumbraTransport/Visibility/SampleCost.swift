/// What samples of a derivative take, in the time of one of the picture's rays. It is a model, fitted to measured times, so
/// that numbers of samples are the same on every machine.
struct SampleCost {
  /// Of one ray of an edge: those go all ways, and in a hierarchy of many triangles they share less of their way.
  private let ray: Double

  /// Triangles of a shape from which on a hierarchy answers.
  private static let manyTriangles = 64

  init(_ bodies: [CrossingCurves.Body], in scene: KernelScene) {
    let isLarge = bodies.contains { scene.shapes[$0.shape].triangleCount > Self.manyTriangles }
    ray = isLarge ? 2.25 : 1.5
  }

  /// A path with its derivative: two to five times as long as the path alone.
  static func path(rays: Double) -> Double { max(2.5 * rays, 1) }

  /// A sample of an edge: drawing and moving it takes about as long as two rays.
  func edge(rays: Double) -> Double { ray * rays + 2 }

  /// A point of a surface from which a path starts that is differentiated or goes alone.
  func point(rays: Double) -> Double { edge(rays: rays) + Self.path(rays: rays) }
}
