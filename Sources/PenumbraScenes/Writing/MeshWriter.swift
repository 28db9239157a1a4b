import Foundation
public import PenumbraImages
public import PenumbraTransport

/// Writes the surfaces of a scene, as θ has them, as one mesh file in world space: `.ply`, or `.obj` with materials.
public enum MeshWriter {
  /// - Returns: what the format cannot say, one line each.
  /// - Throws: `ImageError` where the file cannot be written or would be too large.
  public static func write(_ scene: Scene, toFile path: String) throws(ImageError) -> [String] {
    let folder = SearchPath.folder(of: path)
    let file = URL(fileURLWithPath: path)
    let surfaces: [WorldSurfaces.Surface]
    do {
      surfaces = try WorldSurfaces(scene).surfaces
    } catch {
      throw ImageError(
        .tooLarge, file: path, place: "mesh", expected: "fewer triangles", found: "\(error.count) with all instances")
    }
    guard !surfaces.isEmpty else {
      throw ImageError(.unsupported, file: path, place: "mesh", expected: "a surface in the scene", found: "none")
    }
    var files: [(path: String, bytes: [UInt8])]
    var losses: [String] = []
    if file.pathExtension.lowercased() == "obj" {
      var writer = OBJWriter(scene, name: file.deletingPathExtension().lastPathComponent)
      files = try writer.files(surfaces)
      losses = writer.losses
    } else {
      var mesh = MeshData()
      for surface in surfaces { mesh.append(surface.mesh) }
      files = [("", PLYWriter.bytes(of: mesh))]
      if scene.structure.materials.count > 1 { losses = ["PLY files have no materials"] }
    }
    files[files.count - 1].path = file.lastPathComponent
    try OutputFolder.write(files, to: folder.isEmpty ? "." : folder)
    return losses
  }
}
