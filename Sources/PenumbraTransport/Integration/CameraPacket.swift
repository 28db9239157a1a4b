import CEmbree

/// Camera rays of many paths, eight at a time: those of `PathTracer.cameraRay`.
struct CameraPacket {
  private let tracer: PathTracer

  init(_ tracer: PathTracer) { self.tracer = tracer }

  /// - Parameters:
  ///   - starts: film positions and points of the unit disk; there is room for a multiple of eight.
  ///   - rays: as much room.
  func writeRays(
    _ starts: UnsafeMutablePointer<SIMD4<Float>>, count: Int, _ rays: UnsafeMutablePointer<CEmbreeRay>
  ) {
    let sensor = tracer.sensor
    guard sensor.isPinhole || !sensor.isPerspective else {
      for i in 0..<count {
        let sample = CameraSample(film: starts[i].lowHalf, lens: starts[i].highHalf)
        rays[i] = CEmbreeRay(tracer.cameraRay(sample))
      }
      return
    }
    for first in stride(from: 0, to: count, by: 8) {
      let film = PacketRows(base: starts + first).columns
      let ray = sensor.isPerspective ? pinholeRay(film.x, film.y) : parallelRay(film.x, film.y)
      write(ray, rays + first)
    }
  }

  private struct CameraRays {
    var origin: PacketVector
    var direction: PacketVector
    /// Inverse of the unit direction's part along the axis.
    var stretch: Packet
  }

  /// As `SensorRecord.pinholeRay`.
  @inline(__always) private func pinholeRay(_ u: Packet, _ v: Packet) -> CameraRays {
    let camera = tracer.camera
    let aspect = Float(tracer.sensor.width) / Float(tracer.sensor.height)
    let x = (1 - (camera.principalX + u) * 2) * camera.halfWidth
    let y = (1 - (camera.principalY + v) * 2) * camera.halfWidth * (1 / aspect)
    let map = camera.map
    let direction = PacketVector(
      map.x.x * x + map.y.x * y + map.z.x, map.x.y * x + map.y.y * y + map.z.y,
      map.x.z * x + map.y.z * y + map.z.z)
    let squared = direction.x * direction.x + direction.y * direction.y + direction.z * direction.z
    return CameraRays(
      origin: PacketVector(map.translation.value), direction: direction * (1 / squared.squareRoots),
      stretch: (x * x + y * y + 1).squareRoots)
  }

  /// As `SensorRecord.ray` of an orthographic camera.
  @inline(__always) private func parallelRay(_ u: Packet, _ v: Packet) -> CameraRays {
    let map = tracer.camera.map
    let aspect = Float(tracer.sensor.width) / Float(tracer.sensor.height)
    let (x, y) = (1 - 2 * u, (1 - 2 * v) / aspect)
    return CameraRays(
      origin: PacketVector(
        map.x.x * x + map.y.x * y + map.translation.x, map.x.y * x + map.y.y * y + map.translation.y,
        map.x.z * x + map.y.z * y + map.translation.z), direction: PacketVector(map.z.normalized().value),
      stretch: Packet(repeating: 1))
  }

  /// Rays are rows of origin and near end, and of direction and far end, by turns.
  @inline(__always) private func write(_ ray: CameraRays, _ rays: UnsafeMutablePointer<CEmbreeRay>) {
    withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: 16) { buffer in
      guard let rows = buffer.baseAddress else { return }
      PacketRows(base: rows).store(ray.origin, ray.stretch * tracer.sensor.near)
      PacketRows(base: rows + 8).store(ray.direction, ray.stretch * tracer.sensor.far)
      let target = UnsafeMutableRawPointer(rays)
      for lane in 0..<8 {
        target.storeBytes(of: rows[lane], toByteOffset: 32 * lane, as: SIMD4<Float>.self)
        target.storeBytes(of: rows[8 + lane], toByteOffset: 32 * lane + 16, as: SIMD4<Float>.self)
      }
    }
  }
}
