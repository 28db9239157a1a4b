import CPacket

/// One number of each of eight paths, side by side in SIMD lanes.
typealias Packet = SIMD8<Float>
typealias PacketMask = SIMDMask<SIMD8<Int32>>

extension SIMD8<Float> {
  /// The sum of each number and all in the lanes below it.
  @inline(__always) var runningSums: Self { cpacket_running_sums(self) }
  /// Every number in the lane above its own, 0 in the first.
  @inline(__always) var shifted: Self { cpacket_shifted(self) }
  @inline(__always) var squareRoots: Self { cpacket_square_root(self) }

  /// The same numbers, in one piece: where compilers would compute them in halves and smaller.
  @inline(__always) var whole: Self { cpacket_whole(self) }

  @inline(__always) var magnitudes: Self {
    unsafeBitCast(unsafeBitCast(self, to: SIMD8<UInt32>.self) & 0x7fff_ffff, to: Self.self)
  }

  /// Lane by lane as `max` of two numbers.
  @inline(__always) func atLeast(_ other: Self) -> Self { replacing(with: other, where: self .<= other) }
}

extension SIMD4<Float> {
  /// Three numbers and a fourth.
  @inline(__always) init(_ v: SIMD3<Float>, _ w: Float) {
    self = unsafeBitCast(v, to: Self.self)
    self.w = w
  }
}

extension UnsafePointer<Float> {
  /// Four numbers, at any address.
  @inline(__always) var four: SIMD4<Float> { cpacket_load_4(self) }
  /// Eight numbers, at any address.
  @inline(__always) var eight: Packet { cpacket_load_8(self) }
}

/// Fetches what is read soon into the nearest cache.
@inline(__always) func prefetch(_ address: UnsafePointer<Float>) { cpacket_prefetch(address) }

/// Some of eight paths, a bit for each: what loops over single paths read and write.
struct PacketBits {
  private(set) var bits: UInt8

  @inline(__always) init() { bits = 0 }
  @inline(__always) init(_ mask: PacketMask) { bits = cpacket_bits(unsafeBitCast(mask, to: SIMD8<Int32>.self)) }

  @inline(__always) var isEmpty: Bool { bits == 0 }
  @inline(__always) var isFull: Bool { bits == .max }
  @inline(__always) var count: Int { bits.nonzeroBitCount }

  @inline(__always) func contains(_ lane: Int) -> Bool { bits & (1 << UInt8(truncatingIfNeeded: lane)) != 0 }
  /// The first paths.
  @inline(__always) init(first count: Int) { bits = UInt8(truncatingIfNeeded: (1 << count) - 1) }

  @inline(__always) func intersection(_ other: Self) -> Self {
    var result = self
    result.bits &= other.bits
    return result
  }
  @inline(__always) func union(_ other: Self) -> Self {
    var result = self
    result.bits |= other.bits
    return result
  }
  @inline(__always) mutating func insert(_ lane: Int) { bits |= 1 << UInt8(truncatingIfNeeded: lane) }

  @inline(__always) var mask: PacketMask { unsafeBitCast(cpacket_mask(bits), to: PacketMask.self) }
}

/// A vector of each of eight paths. Its operations round as those of `Vector3` do, so that a path finds the same whether it
/// is traced alone or beside others.
struct PacketVector {
  var x: Packet
  var y: Packet
  var z: Packet

  @inline(__always) init(_ x: Packet, _ y: Packet, _ z: Packet) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// The same number in all components.
  @inline(__always) init(_ all: Packet) { self.init(all, all, all) }

  /// The same vector in all lanes.
  @inline(__always) init(_ v: Vector3) {
    self.init(Packet(repeating: v.x), Packet(repeating: v.y), Packet(repeating: v.z))
  }

  @inline(__always) mutating func set(_ lane: Int, _ v: Vector3) { (x[lane], y[lane], z[lane]) = (v.x, v.y, v.z) }

  static var zero: Self { Self(Packet(repeating: 0)) }

  @inline(__always) static prefix func - (a: Self) -> Self { Self(-a.x, -a.y, -a.z) }
  @inline(__always) static func + (a: Self, b: Self) -> Self { Self(a.x + b.x, a.y + b.y, a.z + b.z) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { Self(a.x - b.x, a.y - b.y, a.z - b.z) }
  @inline(__always) static func * (a: Self, b: Self) -> Self { Self(a.x * b.x, a.y * b.y, a.z * b.z) }
  @inline(__always) static func * (a: Self, s: Packet) -> Self { Self(a.x * s, a.y * s, a.z * s) }
  @inline(__always) static func * (a: Self, s: Float) -> Self { Self(a.x * s, a.y * s, a.z * s) }

  @inline(__always) var squaredLength: Packet { dot(self, self) }
  @inline(__always) var length: Packet { squaredLength.squareRoots }
  @inline(__always) var normalized: Self { self * (1 / length) }
  @inline(__always) var largest: Packet { x.atLeast(y.atLeast(z)) }

  @inline(__always) func replacing(with other: Self, where mask: PacketMask) -> Self {
    Self(
      x.replacing(with: other.x, where: mask), y.replacing(with: other.y, where: mask),
      z.replacing(with: other.z, where: mask))
  }

  /// The vectors where `mask` holds, 0 elsewhere.
  @inline(__always) func kept(where mask: PacketMask) -> Self { Self.zero.replacing(with: self, where: mask) }

  /// Of colours.
  @inline(__always) var luminance: Packet {
    let w = Luminance.weights
    return x * w.x + y * w.y + z * w.z
  }

  /// Of the components.
  @inline(__always) var mean: Packet { (x + y + z) / 3 }
}

@inline(__always) func dot(_ a: PacketVector, _ b: PacketVector) -> Packet {
  (a.z * b.z).addingProduct(a.y, b.y).addingProduct(a.x, b.x)
}

@inline(__always) func cross(_ a: PacketVector, _ b: PacketVector) -> PacketVector {
  PacketVector(
    (-a.z * b.y).addingProduct(a.y, b.z), (-a.x * b.z).addingProduct(a.z, b.x),
    (-a.y * b.x).addingProduct(a.x, b.y))
}

/// A frame of each of eight paths.
struct PacketFrame {
  var s: PacketVector
  var t: PacketVector
  var n: PacketVector

  /// Tangents as `Frame(normal:)` chooses them.
  @inline(__always) init(normal n: PacketVector) {
    let sign = Packet(repeating: 1).replacing(with: -1, where: n.z .< 0)
    let a = -1 / (sign + n.z)
    let b = n.x * n.y * a
    self.n = n
    s = PacketVector(1 + sign * n.x * n.x * a, sign * b, -sign * n.x)
    t = PacketVector(b, sign + n.y * n.y * a, -n.y)
  }

  @inline(__always) func toLocal(_ v: PacketVector) -> PacketVector { PacketVector(dot(v, s), dot(v, t), dot(v, n)) }
  @inline(__always) func toWorld(_ v: PacketVector) -> PacketVector { s * v.x + t * v.y + n * v.z }
}

/// Four numbers of each of eight paths, path by path in memory: the form in which single paths read and write what packets
/// compute.
struct PacketRows {
  let base: UnsafeMutablePointer<SIMD4<Float>>

  @inline(__always) subscript(lane: Int) -> SIMD4<Float> {
    get { base[lane] }
    nonmutating set { base[lane] = newValue }
  }

  @inline(__always) subscript(vector lane: Int) -> Vector3 {
    get { unsafeBitCast(base[lane], to: Vector3.self) }
    nonmutating set { base[lane] = unsafeBitCast(newValue, to: SIMD4<Float>.self) }
  }

  /// Component by component, each for all paths.
  struct Columns {
    var x: Packet
    var y: Packet
    var z: Packet
    var w: Packet

    @inline(__always) var vector: PacketVector { PacketVector(x, y, z) }
  }

  @inline(__always) var columns: Columns {
    let rows = UnsafeRawPointer(base).assumingMemoryBound(to: Float.self)
    return Columns(
      x: cpacket_column(rows, 0), y: cpacket_column(rows, 1), z: cpacket_column(rows, 2), w: cpacket_column(rows, 3))
  }

  /// The first path's numbers in all lanes.
  @inline(__always) var firstRow: Columns {
    let row = base[0]
    return Columns(
      x: Packet(repeating: row.x), y: Packet(repeating: row.y), z: Packet(repeating: row.z),
      w: Packet(repeating: row.w))
  }

  @inline(__always) var vectors: PacketVector { columns.vector }

  @inline(__always) func store(_ v: PacketVector, _ w: Packet = Packet(repeating: 0)) {
    cpacket_store_columns(UnsafeMutableRawPointer(base).assumingMemoryBound(to: Float.self), v.x, v.y, v.z, w)
  }
}
