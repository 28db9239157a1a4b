/// What a surface is made of and the light it stands in.
struct Appearance: Sendable {
  /// Linear RGB in 0...1, shape of the atlas [height × width × 3].
  var baseColor: [Float]
  /// In 0...1, shape [roughnessHeight × roughnessWidth].
  var roughness: [Float]
  let roughnessWidth: Int
  let roughnessHeight: Int
  /// The principled material's `specular`, in 0...1: reflectance at normal incidence over 0.08. Nearly none until it is
  /// found: a highlight that is not known adds its light to dark and saturated colours.
  var specular: Float = 0.02
  /// Radiance from all directions.
  var light: Surroundings
  /// Unit normals for shading, one per vertex.
  var normals: [SIMD3<Float>]

  static let darkest: Float = 0.005
  static let lightest: Float = 0.98
  /// Mean base colour of the brightest channel. Photos show its product with the light only, so that this is a prior and
  /// nothing else: the middle between black and paper white (0.8). Surfaces that are darker get too little light.
  private static let typical: Float = 0.4

  /// One base colour under light of one radiance from everywhere, as bright as the object glows in the mean.
  init(plain object: TexturedMesh) {
    let colors = object.vertexMeans(of: object.texels)
    let mean = pointwiseMax(colors.reduce(.zero, +) / Float(max(colors.count, 1)), SIMD3(repeating: 1e-4))
    let base = mean / mean.max() * Self.typical
    let count = object.atlas.width * object.atlas.height
    baseColor = (0..<(3 * count)).map { base[$0 % 3] }
    (roughnessWidth, roughnessHeight) = (max(object.atlas.width / 8, 1), max(object.atlas.height / 8, 1))
    roughness = [Float](repeating: 0.6, count: roughnessWidth * roughnessHeight)
    light = Surroundings(width: 32, height: 16, color: SIMD3(repeating: mean.max() / Self.typical))
    normals = object.mesh.shadingNormals()
  }

  /// Takes base colours; where they are brighter than surfaces can be, and `rescales` is set, all of them get darker and
  /// the light brighter.
  mutating func setBaseColor(_ colors: [Float], rescales: Bool) {
    var scale: Float = 1
    if rescales {
      let sorted = stride(from: 0, to: colors.count, by: 31).map { colors[$0] }.sorted()
      let high = sorted.isEmpty ? 1 : sorted[sorted.count * 98 / 100]
      // A paper white for the brightest percents of what is too bright; dark things stay dark.
      if high > 0.8 { scale = 0.8 / high }
    }
    baseColor = colors.map { min(max($0 * scale, Self.darkest), Self.lightest) }
    light.colors = light.colors.map { $0 / scale }
  }
}
