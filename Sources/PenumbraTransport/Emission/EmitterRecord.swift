/// An emitter as the kernel reads it.
struct EmitterRecord {
  enum Kind: UInt8 { case area, point, directional, spot, projector, constant, environment }
  var kind: Kind
  /// Texture of radiance, intensity or irradiance.
  var texture: Int32 = 0
  var shape: Int32 = -1
  /// Expanded-vector offset of the world position (point) or of the direction light travels (directional).
  var location: Int32 = 0
  /// Spots and projectors; `location` is its matrix.
  var profile = LightProfile(kind: .spot, matrix: 0, first: 0, second: 0, picture: -1)
  var environment = EnvironmentMap(data: 0, scale: 0, matrix: 0, width: 0, height: 0)
  var distribution: EnvironmentDistribution?
  /// Probability of being chosen for next-event estimation.
  var selection: Float = 0
  /// Its first item in the light tree, and whether its triangles are items of their own.
  var firstItem: Int32 = -1
  var isSplit = false

  @inline(__always) var isDirac: Bool { kind == .point || kind == .directional || isProfile }
  @inline(__always) var isProfile: Bool { kind == .spot || kind == .projector }
  @inline(__always) var isEnvironment: Bool { kind == .constant || kind == .environment }
}

/// Light arriving at a point from one sampled emitter.
struct EmitterSample {
  /// Unit direction from the point to the light, and how far it is; infinite for environments.
  var direction: Vector3
  var distance: Float
  /// Radiance of the light, or intensity or irradiance.
  var radiance: Spectrum
  /// Factor that makes `radiance` an estimate: 1 / pdf, for a point light 1 / (r² · probability of its choice).
  var scale: Float
  /// Whether no other strategy can find the light: point and directional lights, spots and projectors.
  var isDirac: Bool
  var emitter: Int32
  /// For area lights: the point, its normal and texture coordinates.
  var point: Vector3
  var normal: Vector3
  var uv: SIMD2<Float>
  /// Triangle of the point on a mesh.
  var primitive: Int32 = 0

  /// Of no light.
  static var none: Self {
    Self(
      direction: .zero, distance: 0, radiance: .zero, scale: 0, isDirac: false, emitter: -1, point: .zero,
      normal: .zero,
      uv: .zero)
  }

  /// Density in sr⁻¹ with the choice of the emitter; 0 for lights without size.
  var pdf: Float { isDirac ? 0 : 1 / scale }
}
