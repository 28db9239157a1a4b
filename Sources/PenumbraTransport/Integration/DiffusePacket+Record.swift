import CEmbree

/// The vertices of recorded paths, as `PathTracer` writes them.
extension DiffusePacket {
  @inline(__always) func record(_ surface: PacketSurface, _ wi: PacketVector, _ scene: KernelScene) {
    let (positions, normals, s, t, n, local) = (own(6), own(7), own(8), own(9), own(10), own(11))
    positions.store(surface.position)
    normals.store(surface.geometricNormal)
    s.store(surface.frame.s)
    t.store(surface.frame.t)
    n.store(surface.frame.n)
    local.store(wi)
    for lane in 0..<count {
      let member = members + lane
      guard let vertex = member.pointee.vertex else { continue }
      let hit = member.pointee.hit.pointee
      let shape = scene.shapes + Int(hit.geometry)
      let (primitive, barycentric) = (Int32(bitPattern: hit.primitive), SIMD2(hit.u, hit.v))
      vertex.pointee.hit = SurfaceHit(
        position: positions[vector: lane], geometricNormal: normals[vector: lane],
        frame: Frame(s: s[vector: lane], t: t[vector: lane], n: n[vector: lane]),
        uv: shape.pointee.meshCoordinates(scene.values, primitive: primitive, barycentric: barycentric),
        shape: Int32(bitPattern: hit.geometry), primitive: primitive, barycentric: barycentric,
        distance: hit.t)
      vertex.pointee.kind = .scatter
      vertex.pointee.material = Int32(truncatingIfNeeded: member.pointee.material - scene.materials)
      vertex.pointee.wi = local[vector: lane]
    }
  }

  @inline(__always)
  func record(_ light: PacketLights, wo: PacketVector, value: PacketVector, scale: Packet, _ lit: PacketBits) {
    let (directions, radiances, points, normals, local, values) = (own(6), own(7), own(8), own(9), own(10), own(11))
    directions.store(light.direction, light.distance)
    radiances.store(light.radiance, light.scale)
    points.store(light.point, scale)
    normals.store(light.normal)
    let dirac = PacketBits(light.isDirac)
    local.store(wo)
    values.store(value)
    for lane in 0..<count where lit.contains(lane) {
      guard let vertex = members[lane].vertex else { continue }
      vertex.pointee.light = EmitterSample(
        direction: directions[vector: lane], distance: directions[lane].w, radiance: radiances[vector: lane],
        scale: radiances[lane].w, isDirac: dirac.contains(lane), emitter: samples[lane].emitter,
        point: points[vector: lane], normal: normals[vector: lane], uv: samples[lane].uv,
        primitive: samples[lane].primitive)
      vertex.pointee.lightWo = local[vector: lane]
      vertex.pointee.lightValue = values[vector: lane]
      vertex.pointee.lightScale = points[lane].w
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
