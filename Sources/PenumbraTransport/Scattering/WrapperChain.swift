/// What wrappers make of a surface point: one BSDF, the frame it stands in and what scales it.
struct WrappedSurface<S: ShadingScalar> {
  /// Index of the BSDF inside.
  var material: Int32
  var frame: MovingFrame<S>
  /// Local direction to the previous vertex.
  var wi: Vector<S>
  /// Weight of the materials that were chosen, over the probability of choosing them.
  var scale = S(1)
  /// With normals in world space.
  var perturbations = Perturbations<S>()
  /// Wrappers with inputs that were passed, and the first derivative lane of each.
  private(set) var wrappers = SIMD8<Int32>(repeating: 0)
  private(set) var lanes = SIMD8<Int32>(repeating: 0)
  private(set) var wrapperCount = 0
  private var nextLane: Int32 = 0

  init(material: Int32, frame: MovingFrame<S>, wi: Vector<S>) {
    self.material = material
    self.frame = frame
    self.wi = wi
  }

  /// Notes that the current material reads `count` numbers here; returns the first of its lanes.
  fileprivate mutating func claimLanes(_ count: Int32) -> Int {
    wrappers[wrapperCount] = material
    lanes[wrapperCount] = nextLane
    wrapperCount += 1
    nextLane += count
    return Int(nextLane - count)
  }
}

/// The shading frame of a surface with its derivatives by texture coordinates, which bump maps displace.
struct SurfacePoint<S: ShadingScalar> {
  var frame: MovingFrame<S>
  var geometricNormal: Vector<S>
  var positionPerU: Vector<S>
  var positionPerV: Vector<S>
}

/// Chooses one of two materials with given weights.
protocol ChildChoice {
  /// - Parameter weight: of the second, 0...1.
  /// - Returns: whether the second is chosen, and the probability of what was chosen.
  mutating func choose(_ weight: Float) -> (isSecond: Bool, probability: Float)
  /// Whether paths through a material of weight 0 go on, since the derivative by the weight needs them.
  var keepsAll: Bool { get }
}

extension ChildChoice {
  var keepsAll: Bool { false }
}

/// Probability of the second material: its weight, kept off 0 and 1 when derivatives by the weight are wanted, since a
/// material that is never chosen cannot say what choosing it would change.
private func choiceProbability(_ weight: Float, explores: Bool) -> Float {
  explores ? min(max(weight, 0.1), 0.9) : weight
}

/// Choices by one random number, which is stretched again after each.
struct DrawnChoices: ChildChoice {
  private var u: Float
  private let explores: Bool
  var keepsAll: Bool { explores }
  /// One bit per choice, the first in the lowest.
  private(set) var bits: UInt32 = 0
  private var count: UInt32 = 0

  init(_ u: Float, explores: Bool) {
    self.u = u
    self.explores = explores
  }

  mutating func choose(_ weight: Float) -> (isSecond: Bool, probability: Float) {
    let p = choiceProbability(weight, explores: explores)
    let isSecond = u < p
    if isSecond { bits |= 1 << count }
    count += 1
    u = min(isSecond ? u / p : (u - p) / (1 - p), 1 - 0x1p-24)
    return (isSecond, isSecond ? p : 1 - p)
  }
}

/// The choices of a recorded path.
struct RecordedChoices: ChildChoice {
  private var bits: UInt32
  private let explores: Bool

  init(_ bits: UInt32, explores: Bool) {
    self.bits = bits
    self.explores = explores
  }

  mutating func choose(_ weight: Float) -> (isSecond: Bool, probability: Float) {
    let p = choiceProbability(weight, explores: explores)
    let isSecond = bits & 1 != 0
    bits >>= 1
    return (isSecond, isSecond ? p : 1 - p)
  }
}

/// Follows nested wrappers from a material down to one BSDF.
///
/// Lanes: masks and blends own one (their weight), bump maps two (the scaled gradient of their heights), normal maps
/// three (their texel), from the outside in. Eight wrappers with four perturbations among them fit into 16.
struct WrapperChain {
  let scene: KernelScene
  let root: Int32

  /// Keeps paths alive and changes no picture beyond rounding.
  private static let leastShare: Float = 1e-7

  /// - Parameter direction: of travel, in world space.
  func resolve<I: MaterialInputs, Choice: ChildChoice>(
    _ point: SurfacePoint<I.Scalar>, direction: Vector<I.Scalar>, _ inputs: I, _ choices: inout Choice
  ) -> WrappedSurface<I.Scalar> {
    var surface = WrappedSurface(
      material: root, frame: point.frame, wi: point.frame.toLocal(-direction))
    // Two-sided materials mirror the frame; displacement is defined in the frame that was not mirrored.
    var unmirrored = point.frame
    while true {
      let material = scene.materials + Int(surface.material)
      switch material.pointee.kind {
      case .twosided:
        let isBack = surface.wi.z.value < 0
        surface.material = material.pointee.children[isBack ? 1 : 0]
        if isBack {
          surface.frame.n = -surface.frame.n
          surface.wi.z = -surface.wi.z
        }
      case .mask, .blend:
        let lane = surface.claimLanes(1)
        let weight = inputs.scalar(material.pointee.slots[0], lane: lane).atLeast(0).atMost(1)
        let (isSecond, probability) = choices.choose(weight.value)
        surface.material = material.pointee.children[isSecond ? 1 : 0]
        var share = isSecond ? weight : 1 - weight
        if choices.keepsAll && share.value < Self.leastShare { share = I.Scalar(Self.leastShare) }
        surface.scale = surface.scale * share * (1 / probability)
      case .normalMap:
        let texel = inputs.color(material.pointee.slots[0], lane: surface.claimLanes(3))
        turn(
          &surface, &unmirrored, to: Vector(texel.r * 2 - 1, texel.g * 2 - 1, texel.b * 2 - 1),
          material.pointee)
      case .bumpMap:
        let (du, dv) = inputs.gradient(
          material.pointee.slots[0], scale: material.pointee.etaOffset, lane: surface.claimLanes(2))
        turn(&surface, &unmirrored, to: displacedNormal(point, unmirrored, du, dv), material.pointee)
      default: return surface
      }
    }
  }

  /// Local normal of the surface displaced along its shading normal, on the side of the geometric normal.
  private func displacedNormal<S>(_ point: SurfacePoint<S>, _ frame: MovingFrame<S>, _ du: S, _ dv: S) -> Vector<S> {
    let n = frame.n
    let alongU = point.positionPerU + n * (du - n.dot(point.positionPerU))
    let alongV = point.positionPerV + n * (dv - n.dot(point.positionPerV))
    let normal = frame.toLocal(alongU.cross(alongV))
    return frame.toWorld(normal).dot(point.geometricNormal).value < 0 ? -normal : normal
  }

  private func turn<S>(
    _ surface: inout WrappedSurface<S>, _ unmirrored: inout MovingFrame<S>, to local: Vector<S>,
    _ material: MaterialRecord
  ) {
    var n = local
    if material.perturbation.flipsInvalidNormals && surface.wi.z.value * surface.wi.dot(n).value <= 0 {
      n = Vector(-n.x, -n.y, n.z)
    }
    n = n.normalized()
    let s = (Vector(S(1), S(0), S(0)) - n * n.x).normalized()
    let t = n.cross(s)
    let before = surface.frame
    func turned(_ f: MovingFrame<S>) -> MovingFrame<S> {
      MovingFrame(s: f.toWorld(s), t: f.toWorld(t), n: f.toWorld(n))
    }
    surface.frame = turned(before)
    unmirrored = turned(unmirrored)
    surface.wi = Vector(surface.wi.dot(s), surface.wi.dot(t), surface.wi.dot(n))
    surface.material = material.children[0]
    surface.perturbations.append(
      Perturbation(before: before.n, after: surface.frame.n, isShadowed: material.perturbation.isShadowed))
  }
}
