import CEmbree

/// Where to find everything that a path needs, as one pointer: values that hold it are small and cheap to copy.
/// Valid while its `ExpandedScene` lives.
struct KernelScene {
  let tables: UnsafePointer<KernelTables>

  @inline(__always) var values: UnsafePointer<Float> { tables.pointee.values }
  @inline(__always) var embree: RTCScene { tables.pointee.embree }
  @inline(__always) var sieve: UnsafePointer<RaySieve>? { tables.pointee.sieve }
  @inline(__always) var lamps: BodyBoxes? { tables.pointee.lamps }
  /// Whether rays in all directions meet neither lamps nor sky: there are but lights without extent.
  @inline(__always) var hasDiracLightsOnly: Bool { emitters.environment < 0 && lamps?.count == 0 }
  @inline(__always) var textures: TextureTable { tables.pointee.textures }
  @inline(__always) var materials: UnsafePointer<MaterialRecord> { tables.pointee.materials }
  @inline(__always) var shapes: UnsafePointer<ShapeRecord> { tables.pointee.shapes }
  @inline(__always) var instances: UnsafePointer<InstanceRecord> { tables.pointee.instances }
  @inline(__always) var emitters: EmitterTable { tables.pointee.emitters }
  @inline(__always) var hasEmitters: Bool { tables.pointee.hasEmitters }
  @inline(__always) var nextEvent: NextEventChoice { tables.pointee.nextEvent }
}

/// The tables of a scene, as pointers and plain values: no reference counting.
struct KernelTables {
  let values: UnsafePointer<Float>
  let embree: RTCScene
  /// `nil` where all rays are the hierarchy's.
  let sieve: UnsafePointer<RaySieve>?
  /// All shapes that emit light; `nil` where they are too many.
  let lamps: BodyBoxes?
  let textures: TextureTable
  let materials: UnsafePointer<MaterialRecord>
  let shapes: UnsafePointer<ShapeRecord>
  let instances: UnsafePointer<InstanceRecord>
  let emitters: EmitterTable
  let hasEmitters: Bool
  let nextEvent: NextEventChoice
}

extension KernelScene {
  /// The nearest surface along a ray, `nil` when it leaves the scene.
  @inline(__always) func intersect(_ ray: Ray) -> SurfaceHit? {
    var hit = CEmbreeHit()
    cembree_intersect(
      embree, ray.origin.x, ray.origin.y, ray.origin.z, ray.near, ray.direction.x, ray.direction.y,
      ray.direction.z, ray.far, &hit)
    return surface(hit, along: ray)
  }

  /// The shape that Embree found, `nil` where rays left the scene.
  @inline(__always) func shape(_ hit: CEmbreeHit) -> UnsafePointer<ShapeRecord>? {
    guard hit.geometry != .max else { return nil }
    if hit.instance == .max { return shapes + Int(hit.geometry) }
    let number = Int32(bitPattern: hit.instance) - instances.pointee.firstGeometry
    return shapes + Int(instances[Int(number)].firstShape + Int32(bitPattern: hit.geometry))
  }

  /// The surface that Embree found along a ray.
  @inline(__always) func surface(_ hit: CEmbreeHit, along ray: Ray) -> SurfaceHit? {
    guard hit.geometry != .max else { return nil }
    if hit.instance != .max { return instanceHit(hit, ray) }
    let index = Int32(bitPattern: hit.geometry)
    let shape = shapes + Int(index)
    switch shape.pointee.kind {
    case .mesh:
      return shape.pointee.meshHit(
        values, primitive: Int32(bitPattern: hit.primitive), barycentric: SIMD2(hit.u, hit.v), distance: hit.t,
        shape: index)
    case .sphere:
      return shape.pointee.sphereHit(
        values, near: ray.origin + ray.direction * hit.t, distance: hit.t, shape: index)
    case .disk:
      return shape.pointee.diskHit(values, at: ray.origin + ray.direction * hit.t, distance: hit.t, shape: index)
    case .cylinder:
      return shape.pointee.cylinderHit(values, at: ray.origin + ray.direction * hit.t, distance: hit.t, shape: index)
    }
  }

  /// A hit inside a group of shapes, moved by its instance.
  private func instanceHit(_ hit: CEmbreeHit, _ ray: Ray) -> SurfaceHit {
    let number = Int32(bitPattern: hit.instance) - instances.pointee.firstGeometry
    let instance = instances + Int(number)
    let index = instance.pointee.firstShape + Int32(bitPattern: hit.geometry)
    let shape = shapes + Int(index)
    let maps = instance.pointee.maps(values)
    let local = maps.toObject.point(Vector(ray.origin + ray.direction * hit.t)).value
    var result: SurfaceHit
    switch shape.pointee.kind {
    case .mesh:
      result = shape.pointee.meshHit(
        values, primitive: Int32(bitPattern: hit.primitive), barycentric: SIMD2(hit.u, hit.v), distance: hit.t,
        shape: index)
    case .sphere: result = shape.pointee.sphereHit(values, near: local, distance: hit.t, shape: index)
    case .disk: result = shape.pointee.diskHit(values, at: local, distance: hit.t, shape: index)
    case .cylinder: result = shape.pointee.cylinderHit(values, at: local, distance: hit.t, shape: index)
    }
    maps.move(&result, shape.pointee, values)
    result.instance = number
    return result
  }

  @inline(__always) func isOccluded(_ ray: Ray) -> Bool {
    cembree_occluded(
      embree, ray.origin.x, ray.origin.y, ray.origin.z, ray.near, ray.direction.x, ray.direction.y,
      ray.direction.z, ray.far) != 0
  }
}
