/// Position of a texture in `SceneStructure.textures`.
public struct TextureID: Sendable, Hashable {
  public var index: Int
}

/// A scalar or colour that may vary over a surface. Its numbers live in θ.
public enum Texture: Sendable, Equatable {
  /// One value everywhere; `channels` is 1 (float) or 3 (linear RGB).
  case constant(offset: Int, channels: Int)
  /// Texels of shape [height × width × channels] (channels 1 or 3), row 0 at v = 0, texel centres at (i + ½) / N.
  case bitmap(
    offset: Int, width: Int, height: Int, channels: Int, filter: TextureFilter, wrap: TextureWrap, uv: UVTransform)
  /// Two colours on a checkerboard with cells of side ½ in uv; each colour is a constant with 1 or 3 channels.
  case checkerboard(offset0: Int, channels0: Int, offset1: Int, channels1: Int, uv: UVTransform)
  /// A value per vertex or face of the mesh that carries it, times the number at θ offset `scale`; `name` is that of a
  /// `MeshAttribute` of every shape that is shaded with it.
  case meshAttribute(name: String, scale: Int)
}

public enum TextureFilter: UInt8, Sendable, BitwiseCopyable { case nearest, bilinear }

public enum TextureWrap: UInt8, Sendable, BitwiseCopyable { case `repeat`, mirror, clamp }

/// uv' = M · (u, v, 1): the first two rows of the 2-D homogeneous `to_uv` transform.
public struct UVTransform: Sendable, Equatable, BitwiseCopyable {
  /// Image of the u axis, of the v axis, and translation.
  public var u: SIMD2<Float>
  public var v: SIMD2<Float>
  public var translation: SIMD2<Float>
  /// θ offset of a row-major 3×3 matrix that the transform follows; `nil` when it is fixed.
  public var parameter: Int?

  public init(
    u: SIMD2<Float> = [1, 0], v: SIMD2<Float> = [0, 1], translation: SIMD2<Float> = [0, 0], parameter: Int? = nil
  ) {
    self.u = u
    self.v = v
    self.translation = translation
    self.parameter = parameter
  }

  public static let identity = UVTransform()
}
