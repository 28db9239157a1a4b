/// Position of a shape in `SceneStructure.shapes`.
public struct ShapeID: Sendable, Hashable {
  public var index: Int
}

/// A surface with one material.
public struct Shape: Sendable {
  /// Name used in messages and by `inspect`.
  public var id: String
  public var geometry: Geometry
  public var material: MaterialID
  /// Turns the surface's outside in: geometric and shading normals change sign.
  public var flipNormals: Bool
  /// Scale and rotation pivot about the world bounding-box centre of the unposed shape.
  public var pose: Pose

  public init(id: String, geometry: Geometry, material: MaterialID, flipNormals: Bool = false, pose: Pose = Pose()) {
    self.id = id
    self.geometry = geometry
    self.material = material
    self.flipNormals = flipNormals
    self.pose = pose
  }
}

/// The form of a surface; `toWorld` is the θ offset of a row-major 4×4 matrix.
public enum Geometry: Sendable {
  case mesh(Mesh)
  /// Unit sphere about the origin, times `toWorld` (rotation, uniform scale, translation).
  case sphere(toWorld: Int)
  /// [−1, 1]² at z = 0 with normal +z, uv = ((x + 1) / 2, (y + 1) / 2).
  case rectangle(toWorld: Int)
  /// Unit disk at z = 0 with normal +z, uv = (r, φ / 2π).
  case disk(toWorld: Int)
  /// Open cylinder of radius 1 from z = 0 to z = 1, uv = (φ / 2π, z); `toWorld` may be any invertible affine map.
  case cylinder(toWorld: Int)
}

/// Named values of a mesh, read by textures of the same name.
public struct MeshAttribute: Sendable, Equatable {
  /// Begins with `vertex_` or `face_`.
  public var name: String
  /// θ offset of values, shape [vertexCount or triangle count × channels].
  public var offset: Int
  /// 1 or 3.
  public var channels: Int
  public var isPerFace: Bool

  public init(name: String, offset: Int, channels: Int, isPerFace: Bool) {
    self.name = name
    self.offset = offset
    self.channels = channels
    self.isPerFace = isPerFace
  }
}

/// An indexed triangle mesh; its positions, normals and texture coordinates live in θ, world space.
public struct Mesh: Sendable {
  /// θ offset of positions, shape [vertexCount × 3], `to_world` already applied.
  public var positions: Int
  public var vertexCount: Int
  /// Corner indices, each below `vertexCount`; at least one triangle.
  public var triangles: TriangleIndices
  /// θ offset of unit vertex normals, shape [vertexCount × 3]; `nil` for flat shading.
  public var normals: Int?
  /// θ offset of texture coordinates, shape [vertexCount × 2]; `nil` when there are none.
  public var texcoords: Int?
  /// World point about which the pose scales and rotates; `nil` for the centre of the box around the vertices that a
  /// `Renderer` starts with.
  public var pivot: SIMD3<Float>?
  /// Further values per vertex or face.
  public var attributes: [MeshAttribute] = []

  public init(
    positions: Int, vertexCount: Int, triangles: [SIMD3<UInt32>], normals: Int?, texcoords: Int?,
    pivot: SIMD3<Float>? = nil
  ) {
    self.positions = positions
    self.vertexCount = vertexCount
    self.triangles = TriangleIndices(triangles)
    self.normals = normals
    self.texcoords = texcoords
    self.pivot = pivot
  }
}
