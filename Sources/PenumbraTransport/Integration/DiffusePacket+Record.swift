import CEmbree

/// The vertices of recorded paths, as `PathTracer` writes them.
extension DiffusePacket {
  /// What the surfaces are, and with `places` also where.
  @inline(__always)
  func record(_ surface: PacketSurface, _ wi: PacketVector, places: Bool, _ scene: KernelScene) {
    for lane in 0..<count {
      let member = members + lane
      guard let vertex = member.pointee.vertex else { continue }
      let hit = member.pointee.hit.pointee
      let shape = scene.shapes + Int(hit.geometry)
      let (primitive, barycentric) = (Int32(bitPattern: hit.primitive), SIMD2(hit.u, hit.v))
      vertex.pointee.kind = .scatter
      vertex.pointee.material = Int32(truncatingIfNeeded: member.pointee.material - scene.materials)
      vertex.pointee.hit.uv = shape.pointee.meshCoordinates(
        scene.values, primitive: primitive, barycentric: barycentric)
      vertex.pointee.hit.shape = Int32(bitPattern: hit.geometry)
      vertex.pointee.hit.primitive = primitive
      vertex.pointee.hit.barycentric = barycentric
      vertex.pointee.hit.distance = hit.t
      vertex.pointee.hit.instance = -1
    }
    if places { recordPlaces(surface, wi) }
  }

  @inline(never) private func recordPlaces(_ surface: PacketSurface, _ wi: PacketVector) {
    let (positions, normals, s, t, n, local) = (own(6), own(7), own(8), own(9), own(10), own(11))
    positions.store(surface.position)
    normals.store(surface.geometricNormal)
    s.store(surface.frame.s)
    t.store(surface.frame.t)
    n.store(surface.frame.n)
    local.store(wi)
    for lane in 0..<count {
      guard let vertex = members[lane].vertex else { continue }
      vertex.pointee.hit.position = positions[vector: lane]
      vertex.pointee.hit.geometricNormal = normals[vector: lane]
      vertex.pointee.hit.frame = Frame(s: s[vector: lane], t: t[vector: lane], n: n[vector: lane])
      vertex.pointee.wi = local[vector: lane]
    }
  }

  /// - Parameter directions: towards the lights.
  @inline(__always)
  func record(
    _ light: PacketLights, directions: PacketRows, wo: PacketVector, value: PacketVector, scale: Packet, places: Bool,
    _ lit: PacketBits
  ) {
    let (radiances, local, values) = (own(6), own(7), own(8))
    radiances.store(light.radiance, light.scale)
    local.store(wo)
    values.store(value, scale)
    for lane in 0..<count where lit.contains(lane) {
      guard let vertex = members[lane].vertex else { continue }
      vertex.pointee.light.direction = directions[vector: lane]
      vertex.pointee.light.radiance = radiances[vector: lane]
      vertex.pointee.light.scale = radiances[lane].w
      vertex.pointee.light.emitter = samples[lane].emitter
      vertex.pointee.light.uv = samples[lane].uv
      vertex.pointee.light.primitive = samples[lane].primitive
      vertex.pointee.lightWo = local[vector: lane]
      vertex.pointee.lightValue = values[vector: lane]
      vertex.pointee.lightScale = values[lane].w
    }
    if places { recordPlaces(light, lit) }
  }

  @inline(never) private func recordPlaces(_ light: PacketLights, _ lit: PacketBits) {
    let (points, normals) = (own(6), own(7))
    points.store(light.point, light.distance)
    normals.store(light.normal)
    let dirac = PacketBits(light.isDirac)
    for lane in 0..<count where lit.contains(lane) {
      guard let vertex = members[lane].vertex else { continue }
      vertex.pointee.light.point = points[vector: lane]
      vertex.pointee.light.distance = points[lane].w
      vertex.pointee.light.normal = normals[vector: lane]
      vertex.pointee.light.isDirac = dirac.contains(lane)
    }
  }

  @inline(__always)
  func record(wo: PacketVector, value: PacketVector, inversePdf: Packet, _ goesOn: PacketBits) {
    let (local, values) = (own(6), own(7))
    local.store(wo)
    values.store(value, inversePdf)
    for lane in 0..<count where goesOn.contains(lane) {
      guard let vertex = members[lane].vertex else { continue }
      vertex.pointee.wo = local[vector: lane]
      vertex.pointee.value = values[vector: lane]
      vertex.pointee.inversePdf = values[lane].w
      vertex.pointee.isReflection = true
    }
  }
}
