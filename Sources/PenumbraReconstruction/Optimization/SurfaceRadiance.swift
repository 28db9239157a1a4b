/// What the vertices of a surface send to the cameras, in the mean over those that see them.
struct SurfaceRadiance: Sendable {
  /// Linear RGB per vertex; where no photo shows it, that of its surroundings.
  let values: [SIMD3<Float>]
  /// Whether a photo shows the vertex.
  let isSeen: [Bool]

  init(values: [SIMD3<Float>], isSeen: [Bool]) { (self.values, self.isSeen) = (values, isSeen) }

  /// - Parameter photos: for what is seen; smaller ones than those of the object's texture will do.
  init(_ object: TexturedMesh, photos: [Photo]) {
    values = object.vertexMeans(of: object.texels)
    isSeen = PhotoProjection(photos: photos).vertexColors(of: object.mesh).map { $0 != nil }
  }
}
