import CEmbree

/// What eight paths met, brought side by side.
extension ScatteringPacket {
  /// The surfaces, the directions in which they were met, and their materials' inputs.
  @inline(__always) mutating func meet(_ scene: KernelScene) {
    let (directions, throughputs) = (room.own(0), room.own(1))
    let properties = gather(scene, directions, throughputs)
    var surface = room.triangles.surface(properties)
    if !given.isEmpty { surface.replace(where: given.mask, givenRows) }
    let columns = throughputs.columns
    var wi = surface.frame.toLocal(-directions.vectors)
    let isTurned = (columns.w .> 0) .& (wi.z .< 0)
    gatherInputs(scene, PacketBits(isTurned))
    wi.z = wi.z.replacing(with: -wi.z, where: isTurned)
    surface.frame.n = surface.frame.n.replacing(with: -surface.frame.n, where: isTurned)
    if !turns.isEmpty {
      let before = turns.apply(to: &surface, room.triangles, isMirrored: isTurned, &wi)
      wrappers.write(before, isShadowed: turns.shadowed, where: turns.mask)
      wrapped = wrapped.union(PacketBits(turns.mask))
    }
    // Piece by piece here and below: what is assigned as a whole is copied through memory.
    room.vertex.pointee.surface.position = surface.position
    room.vertex.pointee.surface.geometricNormal = surface.geometricNormal
    room.vertex.pointee.surface.frame.s = surface.frame.s
    room.vertex.pointee.surface.frame.t = surface.frame.t
    room.vertex.pointee.surface.frame.n = surface.frame.n
    room.vertex.pointee.wi = wi
    room.vertex.pointee.throughput = columns.vector
    room.vertex.pointee.numbers = PacketNumbers(
      members[0].path.pointee.sampler.kind, keys: room.keys)
  }

  /// - Returns: what some of the triangles have.
  @inline(__always)
  private mutating func gather(_ scene: KernelScene, _ directions: PacketRows, _ throughputs: PacketRows)
    -> PacketTriangles.Properties
  {
    var properties = PacketTriangles.Properties()
    for lane in 0..<8 {
      // Idle lanes repeat the first path.
      let member = members + (lane < count ? lane : 0)
      let path = member.pointee.path
      if given.contains(lane) {
        // It came with its surface.
      } else if member.pointee.shape.pointee.kind == .mesh && member.pointee.hit.pointee.instance == .max {
        room.triangles.gather(lane, member.pointee.hit.pointee, member.pointee.shape, scene.values, &properties)
      } else if lane < count {
        given.insert(lane)
        giveSurface(lane, member, scene)
      }
      directions[lane] = member.pointee.ray.halves[1]
      throughputs[lane] = SIMD4(
        path.pointee.path.throughput, member.pointee.material.pointee.kind == .twosided ? 1 : 0)
      if lane < count {
        let key = path.pointee.sampler.nextVertexKey()
        room.keys[0][lane] = key.seed
        room.keys[1][lane] = key.second
        room.keys[2][lane] = key.joined
      }
    }
    return properties
  }

  @inline(never)
  private func giveSurface(_ lane: Int, _ member: UnsafeMutablePointer<Member>, _ scene: KernelScene) {
    guard let surface = scene.surface(member.pointee.hit.pointee, along: Ray(member.pointee.ray.pointee)) else {
      return
    }
    PacketSurface.write(surface, lane, givenRows)
    member.pointee.uv = surface.uv
    if let vertex = member.pointee.vertex { vertex.pointee.hit = surface }
  }

  /// Inputs on the sides that were hit; `material` becomes that of the side.
  @inline(__always) private mutating func gatherInputs(_ scene: KernelScene, _ turned: PacketBits) {
    var textured: UInt32 = 0
    for lane in 0..<count {
      let member = members + lane
      if member.pointee.material.pointee.kind == .twosided {
        let children = member.pointee.material.pointee.children
        member.pointee.material = scene.materials + Int(turned.contains(lane) ? children[1] : children[0])
      }
      if member.pointee.material.pointee.kind.isWrapper { gatherTurn(lane, member, scene) }
      if kind == .diffuse {
        room.inputs.gatherDiffuse(lane, member.pointee.material, scene.textures) { place(member, scene) }
      } else {
        room.inputs.gather(lane, member.pointee.material, textured: &textured, scene.textures) { place(member, scene) }
      }
    }
    if kind != .diffuse { room.inputs.fill(from: count) }
  }

  /// The bump or normal map around a path's material.
  @inline(never)
  private mutating func gatherTurn(_ lane: Int, _ member: UnsafeMutablePointer<Member>, _ scene: KernelScene) {
    let (table, uv) = place(member, scene)
    member.pointee.uv = uv
    let map = member.pointee.material
    turns.gather(lane, map, table, uv)
    member.pointee.material = scene.materials + Int(map.pointee.children[0])
  }

  /// Where a path's textures are looked up.
  @inline(never)
  private func place(_ member: UnsafeMutablePointer<Member>, _ scene: KernelScene) -> (TextureTable, SIMD2<Float>) {
    let hit = member.pointee.hit.pointee
    let shape = member.pointee.shape
    let (primitive, barycentric) = (Int32(bitPattern: hit.primitive), SIMD2(hit.u, hit.v))
    var table = scene.textures
    table.place = SurfacePlace(shape: shape, primitive: primitive, barycentric: barycentric)
    let uv =
      member.pointee.uv
      ?? shape.pointee.meshCoordinates(scene.values, primitive: primitive, barycentric: barycentric)
    return (table, uv)
  }
}
