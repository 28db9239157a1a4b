/// A source of light. `samplingWeight` scales the chance of being chosen for next-event estimation.
public struct Emitter: Sendable {
  public var id: String
  public var source: Source
  public var samplingWeight: Float
  /// Rotation pivot: the emitter's own origin. Area lights move with their shape instead.
  public var pose: Pose

  public init(id: String, source: Source, samplingWeight: Float = 1, pose: Pose = Pose()) {
    self.id = id
    self.source = source
    self.samplingWeight = samplingWeight
    self.pose = pose
  }

  public enum Source: Sendable, Equatable {
    /// One-sided emission from a shape, on the side of its normal; radiance in W·m⁻²·sr⁻¹.
    case area(shape: ShapeID, radiance: TextureID)
    /// `position`: θ offset of 3 world coordinates; intensity in W·sr⁻¹, a constant texture.
    case point(position: Int, intensity: TextureID)
    /// Light that travels along +z of the matrix at θ offset `toWorld` (4×4 row-major); irradiance in W·m⁻².
    case directional(toWorld: Int, irradiance: TextureID)
    /// Light from a point along +z of the matrix at θ offset `toWorld`: `intensity` in W·sr⁻¹ (a constant texture), full
    /// within `beamWidth` of the axis and falling linearly to 0 at `cutoffAngle` (θ offsets, degrees). `texture`, when
    /// given, colours the cone.
    case spot(intensity: TextureID, texture: TextureID?, cutoffAngle: Int, beamWidth: Int, toWorld: Int)
    /// A picture projected from a point through a camera's field of view; `irradiance` is the picture and `aspect` its
    /// width / height. `scale` and `xFov` (degrees) are θ offsets.
    case projector(irradiance: TextureID, scale: Int, xFov: Int, aspect: Float, toWorld: Int)
    /// The same radiance from every direction.
    case constant(radiance: TextureID)
    /// Equirectangular map: u = atan2(x, −z) / 2π, v = acos(y) / π in the map's frame, top row at +y.
    ///
    /// `data`: θ offset of [height × width × 3] radiances without wrap columns; `scale`: θ offset of a factor;
    /// `toWorld`: θ offset of a 4×4 row-major rotation.
    case environment(data: Int, width: Int, height: Int, scale: Int, toWorld: Int)
  }
}
