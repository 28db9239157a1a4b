import PenumbraImages

/// A mesh that another file than a mesh file holds.
public final class EmbeddedMesh: Sendable {
  let data: MeshData
  init(_ data: MeshData) { self.data = data }
}

/// A picture that another file than a picture file holds: linear texels, as a raw texture has them.
public final class EmbeddedPicture: Sendable {
  let image: Image
  init(_ image: Image) { self.image = image }
}
