/// A triangle that rays are tested against without a hierarchy.
struct ListedTriangle {
  /// Of the three corners.
  var first: Vector3
  /// From the second corner to the first, and from the first to the third.
  var toFirst: Vector3
  var toThird: Vector3
  var normal: Vector3
  var geometry: UInt32
  var primitive: UInt32

  init(_ a: Vector3, _ b: Vector3, _ c: Vector3, geometry: UInt32, primitive: UInt32) {
    (first, toFirst, toThird) = (a, a - b, c - a)
    normal = cross(toThird, toFirst)
    (self.geometry, self.primitive) = (geometry, primitive)
  }
}

/// Eight rays.
struct PacketRays {
  var origin: PacketVector
  var direction: PacketVector
  var near: Packet
  var far: Packet
}

/// What eight rays meet: distances, barycentric coordinates b₁ and b₂, and numbers in a list, −1 for nothing.
struct PacketHits {
  var distance: Packet
  var b1: Packet
  var b2: Packet
  var number: Packet
}

/// Triangles that all rays are tested against, one after another: where there are a few dozen, eight rays side by side are done
/// with them before a hierarchy has been entered.
///
/// - Source: Möller & Trumbore 1997, *Fast, Minimum Storage Ray/Triangle Intersection*, in the order of operations of Embree's
///   kernels, so that both agree on what is met.
struct TriangleList {
  let triangles: UnsafePointer<ListedTriangle>
  let count: Int

  /// What all comparisons need of eight rays and a triangle, times the magnitude of the ray's cosine.
  private struct Crossing {
    var distance: Packet
    var b1: Packet
    var b2: Packet
    var scale: Packet
    /// Whether the rays' lines pass through the triangle.
    var isInside: PacketMask
  }

  @inline(__always) private static func crossing(_ rays: PacketRays, _ t: UnsafePointer<ListedTriangle>) -> Crossing {
    let toCorner = PacketVector(t.pointee.first) - rays.origin
    let turned = cross(toCorner, rays.direction)
    let normal = PacketVector(t.pointee.normal)
    let cosine = dot(normal, rays.direction)
    let scale = cosine.magnitudes
    let b1 = dot(turned, PacketVector(t.pointee.toThird)).withSigns(of: cosine)
    let b2 = dot(turned, PacketVector(t.pointee.toFirst)).withSigns(of: cosine)
    let distance = dot(normal, toCorner).withSigns(of: cosine)
    return Crossing(
      distance: distance, b1: b1, b2: b2, scale: scale,
      isInside: (b1 .>= 0) .& (b2 .>= 0) .& (b1 + b2 .<= scale) .& (scale .> 0))
  }

  /// The first triangles that rays meet; `distance` is the rays' far end where they meet none.
  @inline(__always) func firstHits(_ rays: PacketRays) -> PacketHits {
    var (distance, scale) = (rays.far, Packet(repeating: 1))
    var (b1, b2, number) = (Packet(repeating: 0), Packet(repeating: 0), Packet(repeating: -1))
    for i in 0..<count {
      let found = Self.crossing(rays, triangles + i)
      // Fractions are compared: one division at the end is enough.
      let isNearer =
        found.isInside .& (found.distance .> found.scale * rays.near)
        .& (found.distance * scale .< distance * found.scale)
      distance = distance.replacing(with: found.distance, where: isNearer)
      scale = scale.replacing(with: found.scale, where: isNearer)
      b1 = b1.replacing(with: found.b1, where: isNearer)
      b2 = b2.replacing(with: found.b2, where: isNearer)
      number = number.replacing(with: Packet(repeating: Float(i)), where: isNearer)
    }
    return PacketHits(distance: distance / scale, b1: b1 / scale, b2: b2 / scale, number: number)
  }

  /// Which rays meet any triangle.
  ///
  /// - Parameter wanted: the rays that are asked for.
  @inline(__always) func blocks(_ rays: PacketRays, _ wanted: PacketBits) -> PacketBits {
    var blocked = PacketBits()
    for i in 0..<count {
      let found = Self.crossing(rays, triangles + i)
      let isMet =
        found.isInside .& (found.distance .> found.scale * rays.near) .& (found.distance .< found.scale * rays.far)
      blocked = blocked.union(PacketBits(isMet).intersection(wanted))
      if blocked.bits == wanted.bits { break }
    }
    return blocked
  }
}

extension SIMD8<Float> {
  /// Negated where the other numbers are negative.
  @inline(__always) fileprivate func withSigns(of other: Self) -> Self {
    let signs = unsafeBitCast(other, to: SIMD8<UInt32>.self) & 0x8000_0000
    return unsafeBitCast(unsafeBitCast(self, to: SIMD8<UInt32>.self) ^ signs, to: Self.self)
  }
}
