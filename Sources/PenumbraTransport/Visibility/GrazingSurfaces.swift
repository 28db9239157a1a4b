import Foundation

/// Surfaces that the camera may meet at grazing angles, of which points are drawn with a density per unit of area: on the film
/// that is a density of 1 / c, see `GrazingPartition`.
final class GrazingSurfaces {
  /// Triangles, and the bands of spheres.
  private let faces: OwnedBuffer<SurfaceFace>
  private let areas: OwnedBuffer<Float>
  private let distribution: EdgeDistribution
  private let tracer: PathTracer
  private let partition: GrazingPartition

  /// Rays with which each face is looked for.
  private static let trials = 2
  /// What a face counts that none of them found.
  private static let leastShare: Float = 0.1

  /// A drawn point, with its density per unit of area.
  struct Point {
    var face: SurfaceFace
    var position: Vector3
    var density: Float
  }

  /// - Returns: `nil` when the camera can meet nothing at such an angle.
  init?(_ bodies: [CrossingCurves.Body], _ partition: GrazingPartition, tracer: PathTracer, seed: UInt64) {
    let viewpoint = partition.viewpoint
    var found: [SurfaceFace] = []
    var areas: [Float] = []
    for body in bodies {
      let (shape, instance) = (Int32(body.shape), Int32(body.instance))
      guard partition.divides(shape: shape, instance: instance) else { continue }
      let record = tracer.scene.shapes[body.shape]
      for primitive in 0..<(record.kind == .mesh ? record.triangleCount : 1) {
        let face = SurfaceFace(shape: shape, instance: instance, primitive: primitive)
        let area = Self.area(face, partition)
        guard area > 0, area < .infinity else { continue }
        found.append(face)
        areas.append(area)
      }
    }
    guard !found.isEmpty else { return nil }
    var weights = areas
    for i in found.indices {
      var sampler = PathSampler(kind: .independent, seed: seed, pixel: i, sample: 0)
      let share = (0..<Self.trials).reduce(Float(0)) { sum, _ in
        guard let position = Self.position(on: found[i], viewpoint, sampler.next2D(), tracer.scene) else { return sum }
        return sum + Self.visibility(of: position, found[i], tracer)
      }
      weights[i] *= Self.leastShare / max((viewpoint.origin - Self.anchor(found[i], tracer.scene)).squaredLength, 1e-12)
      weights[i] *= 1 + share / (Float(Self.trials) * Self.leastShare)
    }
    self.tracer = tracer
    self.partition = partition
    faces = OwnedBuffer(found)
    self.areas = OwnedBuffer(areas)
    distribution = EdgeDistribution(weights)
  }

  /// 1 where the camera sees a point of a face at a grazing angle.
  private static func visibility(of position: Vector3, _ face: SurfaceFace, _ tracer: PathTracer) -> Float {
    guard let film = FilmPoint(position, lens: .zero, tracer),
      film.pixel.x >= 0, film.pixel.y >= 0, film.pixel.x <= tracer.sensor.size.x, film.pixel.y <= tracer.sensor.size.y,
      let hit = tracer.scene.intersect(tracer.cameraRay(tracer.sensor.sample(at: film.pixel, lens: .zero)))
    else { return 0 }
    return hit.shape == face.shape && hit.instance == face.instance && hit.primitive == face.primitive ? 1 : 0
  }

  private static func anchor(_ face: SurfaceFace, _ scene: KernelScene) -> Vector3 {
    guard scene.shapes[Int(face.shape)].kind == .mesh else { return scene.map(face).translation.value }
    return scene.corners(face).0
  }

  /// Of the part of a face that may be met at a grazing angle: the whole triangle, or the band of a sphere.
  private static func area(_ face: SurfaceFace, _ partition: GrazingPartition) -> Float {
    let scene = partition.scene
    guard scene.shapes[Int(face.shape)].kind == .mesh else {
      return SphereBand(scene, face, partition.viewpoint)?.area ?? 0
    }
    let corners = scene.corners(face)
    guard partition.isGrazed(corners) else { return 0 }
    return 0.5 * cross(corners.1 - corners.0, corners.2 - corners.0).length
  }

  private static func position(
    on face: SurfaceFace, _ viewpoint: GrazingPartition.Viewpoint, _ u: SIMD2<Float>, _ scene: KernelScene
  ) -> Vector3? {
    guard scene.shapes[Int(face.shape)].kind == .mesh else {
      return SphereBand(scene, face, viewpoint)?.point(u)
    }
    let (a, b, c) = scene.corners(face)
    let weights = Warp.triangle(u)
    let point = a + (b - a) * weights.x + (c - a) * weights.y
    return viewpoint.cosine(cross(b - a, c - a).normalized, at: point) < GrazingPartition.limit ? point : nil
  }

  /// - Parameter choice: in [0, 1), stratified over samples.
  /// - Returns: `nil` where the drawn point is met at a larger angle.
  func sample(_ choice: Float, _ u: SIMD2<Float>) -> Point? {
    let drawn = distribution.table.sample(choice)
    let face = faces.base[drawn.index]
    guard drawn.probability > 0,
      let position = Self.position(on: face, partition.viewpoint, u, tracer.scene)
    else { return nil }
    return Point(face: face, position: position, density: drawn.probability / areas.base[drawn.index])
  }

  /// Pixels² that the grazing parts cover, each as if nothing stood before it, for each point that `sample` finds.
  func filmArea(seed: UInt64) -> Float {
    let count = 512
    var sum: Float = 0
    var found = 0
    for i in 0..<count {
      var sampler = PathSampler(kind: .independent, seed: seed, pixel: i, sample: 0)
      let choice = (Float(i) + sampler.next1D()) / Float(count)
      guard let point = sample(min(choice, 0x1.fffffep-1), sampler.next2D()) else { continue }
      found += 1
      guard let film = FilmPoint(point.position, lens: .zero, tracer) else { continue }
      let size = tracer.sensor.size
      guard film.pixel.x >= 0, film.pixel.y >= 0, film.pixel.x <= size.x, film.pixel.y <= size.y else { continue }
      sum += film.density(normal: tracer.scene.hit(on: point.face, at: point.position).geometricNormal) / point.density
    }
    return found > 0 ? sum / Float(found) : 0
  }
}

/// The part of a sphere's visible side on which rays meet it at less than the limit of `GrazingPartition`: a band along its
/// outline, between two planes across the line to the viewer.
private struct SphereBand {
  private let center: Vector3
  private let radius: Float
  private let frame: Frame
  /// Cosines between the line to the viewer and the normals at both borders.
  private let low: Float
  private let high: Float

  init?(_ scene: KernelScene, _ face: SurfaceFace, _ viewpoint: GrazingPartition.Viewpoint) {
    let m = scene.values + Int(scene.shapes[Int(face.shape)].matrix)
    center = Vector3(m[12], m[13], m[14])
    radius = m[15]
    let limit = GrazingPartition.limit
    if let direction = viewpoint.direction {
      frame = Frame(normal: direction * -1)
      (low, high) = (0, limit)
      return
    }
    let offset = viewpoint.origin - center
    let distance = offset.length
    guard distance > radius * 1.0001 else {
      // From within, rays that start near the surface alone meet it at such an angle, then perhaps anywhere.
      guard distance > radius * (1 - limit * limit).squareRoot() else { return nil }
      frame = Frame(normal: offset * (1 / distance))
      (low, high) = (-1, 1)
      return
    }
    frame = Frame(normal: offset * (1 / distance))
    // c = y / |o − x| for y = ℓ μ − r and |o − x|² = ℓ² − r² − 2 r y, which c = `limit` makes a quadratic equation in y.
    let (r, squared) = (radius, limit * limit)
    let tangent = (distance - r) * (distance + r)
    let y = (squared * squared * r * r + squared * tangent).squareRoot() - squared * r
    low = r / distance
    high = min((r + y) / distance, 1)
  }

  var area: Float { 2 * .pi * radius * radius * (high - low) }

  func point(_ u: SIMD2<Float>) -> Vector3 {
    let mu = low + (high - low) * u.x
    let sine = max(1 - mu * mu, 0).squareRoot()
    let phi = 2 * .pi * u.y
    return center + frame.toWorld(Vector3(sine * cos(phi), sine * sin(phi), mu)) * radius
  }
}
