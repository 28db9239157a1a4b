import CEmbree

/// The vertices of recorded paths, as `PathTracer` writes them. What is recorded is read where it is, in `room`: as arguments,
/// packets of a whole surface would be copied.
extension ScatteringPacket {
  /// What the surfaces are, and with `places` also where.
  @inline(__always)
  func recordSurfaces(places: Bool, _ scene: KernelScene) {
    for lane in 0..<count {
      let member = members + lane
      guard let vertex = member.pointee.vertex else { continue }
      vertex.pointee.kind = .scatter
      vertex.pointee.material = Int32(truncatingIfNeeded: member.pointee.material - scene.materials)
      // What was computed alone is there already.
      if member.pointee.uv != nil { continue }
      let hit = member.pointee.hit.pointee
      let (primitive, barycentric) = (Int32(bitPattern: hit.primitive), SIMD2(hit.u, hit.v))
      vertex.pointee.hit.uv = member.pointee.shape.pointee.meshCoordinates(
        scene.values, primitive: primitive, barycentric: barycentric)
      vertex.pointee.hit.shape = Int32(bitPattern: hit.geometry)
      vertex.pointee.hit.primitive = primitive
      vertex.pointee.hit.barycentric = barycentric
      vertex.pointee.hit.distance = hit.t
      vertex.pointee.hit.instance = -1
    }
    if places { recordPlaces() }
    // Derivatives of a diffuse reflectance do not ask where the light went.
    if places || kind != .diffuse || isWrapped { recordDirections() }
  }

  @inline(__always) private func recordDirections() {
    let local = room.own(11)
    local.store(room.vertex.pointee.wi)
    for lane in 0..<count {
      if let vertex = members[lane].vertex { vertex.pointee.wi = local[vector: lane] }
    }
  }

  @inline(never) private func recordPlaces() {
    let (positions, normals, s, t, n) = (room.own(6), room.own(7), room.own(8), room.own(9), room.own(10))
    let vertex = room.vertex
    positions.store(vertex.pointee.surface.position)
    normals.store(vertex.pointee.surface.geometricNormal)
    s.store(vertex.pointee.surface.frame.s)
    t.store(vertex.pointee.surface.frame.t)
    n.store(vertex.pointee.surface.frame.n)
    for lane in 0..<count {
      guard let vertex = members[lane].vertex else { continue }
      vertex.pointee.hit.position = positions[vector: lane]
      vertex.pointee.hit.geometricNormal = normals[vector: lane]
      vertex.pointee.hit.frame = Frame(s: s[vector: lane], t: t[vector: lane], n: n[vector: lane])
    }
  }

  /// - Parameter directions: towards the lights.
  @inline(__always)
  func recordLights(directions: PacketRows, scale: Packet, places: Bool, _ lit: PacketBits) {
    let (radiances, local, values, coordinates) = (room.own(6), room.own(7), room.own(8), room.own(9))
    let packet = room.vertex
    let place = packet.pointee.light.place
    coordinates.store(PacketVector(place.0, place.1, Packet(repeating: 0)))
    radiances.store(packet.pointee.light.radiance, packet.pointee.light.scale)
    local.store(packet.pointee.lightWo)
    values.store(packet.pointee.towardsLight.value, scale)
    for lane in 0..<count where lit.contains(lane) {
      guard let vertex = members[lane].vertex else { continue }
      vertex.pointee.light.direction = directions[vector: lane]
      vertex.pointee.light.radiance = radiances[vector: lane]
      vertex.pointee.light.scale = radiances[lane].w
      vertex.pointee.light.emitter = room.samples[lane].emitter
      vertex.pointee.light.uv = coordinates[lane].lowHalf
      vertex.pointee.light.primitive = room.samples[lane].primitive
      vertex.pointee.lightWo = local[vector: lane]
      vertex.pointee.lightValue = values[vector: lane]
      vertex.pointee.lightScale = values[lane].w
    }
    if places { recordPlacesOfLights(lit) }
  }

  @inline(never) private func recordPlacesOfLights(_ lit: PacketBits) {
    let (points, normals) = (room.own(6), room.own(7))
    let packet = room.vertex
    points.store(packet.pointee.light.point, packet.pointee.light.distance)
    normals.store(packet.pointee.light.normal)
    let dirac = PacketBits(packet.pointee.light.isDirac)
    for lane in 0..<count where lit.contains(lane) {
      guard let vertex = members[lane].vertex else { continue }
      vertex.pointee.light.point = points[vector: lane]
      vertex.pointee.light.distance = points[lane].w
      vertex.pointee.light.normal = normals[vector: lane]
      vertex.pointee.light.isDirac = dirac.contains(lane)
    }
  }

  @inline(__always)
  func recordContinuations(inversePdf: Packet, _ goesOn: PacketBits) {
    let (local, values) = (room.own(6), room.own(7))
    let packet = room.vertex
    let wo = packet.pointee.sample.wo
    local.store(wo, wo.z * packet.pointee.wi.z)
    values.store(packet.pointee.sample.value, inversePdf)
    let dirac = PacketBits(packet.pointee.sample.isDirac)
    for lane in 0..<count where goesOn.contains(lane) {
      guard let vertex = members[lane].vertex else { continue }
      vertex.pointee.wo = local[vector: lane]
      vertex.pointee.value = values[vector: lane]
      vertex.pointee.inversePdf = values[lane].w
      vertex.pointee.isDirac = dirac.contains(lane)
      vertex.pointee.isReflection = local[lane].w > 0
    }
  }
}
