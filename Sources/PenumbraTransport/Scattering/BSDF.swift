/// Scattering at a point, in the local shading frame (z = shading normal), over any shading scalar.
///
/// `wi` points to the previous path vertex, `wo` to the next; both leave the surface.
protocol BSDF {
  associatedtype Scalar: ShadingScalar
  /// f(wi, wo) · |cos θₒ| in sr⁻¹, per colour channel; zero for Dirac lobes.
  func evaluate(wi: Vector<Scalar>, wo: Vector<Scalar>) -> Color<Scalar>
}

/// The value path of a BSDF.
protocol SampledBSDF: BSDF where Scalar == Float {
  /// What `evaluate` and `pdf` cover: known when compiling, so that bodies of one kind pay for no other.
  static var lobes: LobeKinds { get }
  /// Density of `sample` producing `wo`, in sr⁻¹.
  func pdf(wi: Vector3, wo: Vector3) -> Float
  /// Draws `wo`; `nil` when no energy is scattered.
  func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample?
}

extension SampledBSDF {
  static var lobes: LobeKinds { .smooth }
}

/// Lobes that a BSDF may have.
enum LobeKinds {
  /// Densities alone.
  case smooth
  /// Dirac deltas alone: `evaluate` and `pdf` are 0.
  case dirac
  /// Both: every sample says which kind it is of.
  case mixed
}

struct BSDFSample {
  var wo: Vector3
  /// f · |cos θₒ|, or for a Dirac lobe its energy.
  var value: Spectrum
  /// Density in sr⁻¹, or for a Dirac lobe its discrete probability.
  var pdf: Float
  /// Relative index of refraction crossed, 1 for reflection.
  var eta: Float = 1
  /// Whether a Dirac lobe was chosen; only read where `lobes` is `mixed`.
  var isDirac = false
  /// Whether light passes as if there were no surface.
  var isNull = false
}

@inline(__always) func reflect(_ wi: Vector3, about m: Vector3) -> Vector3 { m * (2 * dot(wi, m)) - wi }
