/// One vertex of a recorded path: what the derivatives need, so that no ray is traced again. What derivatives of materials and
/// lights read comes first.
struct PathVertex {
  enum Kind: UInt8 {
    /// The path left the scene; only `direction`, `throughput` and the emission fields count.
    case escape
    /// A surface where the path ended.
    case end
    /// A surface with next-event estimation and perhaps a continuation.
    case scatter
  }
  var kind: Kind
  var isDirac: Bool
  /// For Dirac lobes: reflection rather than refraction.
  var isReflection: Bool
  /// Material at the hit with its wrappers resolved; `hit.frame` is turned as they say.
  var material: Int32
  /// The wrapping material that was resolved along `choices`, −1 where there was none or nothing but a choice of side.
  var wrapper: Int32
  var choices: UInt32
  /// Weight of everything before this vertex.
  var throughput: Spectrum
  /// World direction in which this vertex was reached.
  var direction: Vector3
  var wi: Vector3

  /// Emission seen at this vertex: emitter or −1, its radiance and MIS weight.
  var emitter: Int32
  var emitterWeight: Float
  var emitted: Spectrum

  /// Next-event estimation: the local direction, BSDF value and MIS weight · scale.
  var hasLight: Bool
  var lightWo: Vector3
  var lightValue: Spectrum
  var lightScale: Float

  /// Continuation: local direction, BSDF value, 1 / (pdf · survival), 0 when the path ended here.
  var wo: Vector3
  var value: Spectrum
  var inversePdf: Float
  /// Radiance that arrives along the continuation; filled on the way back.
  var incoming: Spectrum

  /// Of next-event estimation: the emitter's sample.
  var light: EmitterSample
  var hit: SurfaceHit
  /// The frame of the surface itself, if it was wrapped.
  var plainFrame: Frame
}

extension PathVertex {
  /// Sets what every kind of vertex has; the rest is written when it is known.
  @inline(__always) mutating func begin(_ kind: Kind, throughput: Spectrum, direction: Vector3) {
    self.kind = kind
    self.throughput = throughput
    self.direction = direction
    isDirac = false
    wrapper = -1
    emitter = -1
    emitterWeight = 0
    hasLight = false
    inversePdf = 0
  }
}

extension PathVertex {
  /// Turns the end of the path into a surface that scatters.
  @inline(__always) mutating func beginScattering(_ material: Int32, _ frame: Frame, wi: Vector3) {
    kind = .scatter
    self.material = material
    hit.frame = frame
    self.wi = wi
  }
}

/// Growing storage for the vertices of paths; reused, so that nothing is allocated per path.
struct PathArena {
  private(set) var base: UnsafeMutablePointer<PathVertex>
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int = 1024) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  func deallocate() { base.deallocate() }

  mutating func removeAll() { count = 0 }
  /// Keeps the first `kept` vertices.
  mutating func removeAll(after kept: Int) { count = kept }
  @inline(__always) mutating func removeLast() { count -= 1 }

  @inline(__always) mutating func append() -> UnsafeMutablePointer<PathVertex> {
    if count == capacity { grow() }
    count += 1
    return base + (count - 1)
  }

  private mutating func grow() {
    let wanted = max(2 * capacity, 8)
    let larger = UnsafeMutablePointer<PathVertex>.allocate(capacity: wanted)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    base = larger
    capacity = wanted
  }
}
