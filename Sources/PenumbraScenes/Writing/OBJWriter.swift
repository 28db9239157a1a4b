import PenumbraImages
import PenumbraTransport

/// Wavefront OBJ: one object per surface, materials in an MTL file.
struct OBJWriter {
  private let scene: Scene
  /// Of the files, without extension.
  private let name: String
  private var materials: MTLWriter
  private var text: [UInt8] = []
  private var names: Set<String> = []
  /// Numbers of the next position, texture coordinate and normal; the first is 1.
  private var next = (position: 1, texcoord: 1, normal: 1)
  var losses: [String] { materials.losses }

  init(_ scene: Scene, name: String) { (self.scene, self.name, materials) = (scene, name, MTLWriter(name: name)) }

  /// Textures, the MTL file and last the OBJ file.
  mutating func files(_ surfaces: [WorldSurfaces.Surface]) throws(ImageError) -> [(path: String, bytes: [UInt8])] {
    line("mtllib \(name).mtl")
    var known: [Key: String] = [:]
    for surface in surfaces {
      let key = Key(material: surface.material, radiance: surface.radiance)
      if known[key] == nil {
        var model = SurfaceModel(surface.material, in: scene)
        model.emission = surface.radiance.map { SurfaceField($0, in: scene) }
        known[key] = try materials.add(model)
      }
      line("o \(SceneAssembler.freeName(Self.word(surface.name), &names))")
      line("usemtl \(known[key] ?? "material")")
      write(surface.mesh)
    }
    return materials.files + [("\(name).obj", text)]
  }

  private struct Key: Hashable {
    var material: MaterialID
    var radiance: TextureID?
  }

  /// A name without characters that end or begin something in the format.
  static func word(_ name: String) -> String {
    let safe = String(name.map { $0.isWhitespace || $0 == "#" || $0 == "\\" ? "_" : $0 })
    return safe.isEmpty ? "object" : safe
  }

  /// Meshes without normals are flat: each triangle gets its own. Texture coordinates are counted from below.
  private mutating func write(_ mesh: MeshData) {
    for i in 0..<mesh.vertexCount {
      line("v \(mesh.positions[3 * i]) \(mesh.positions[3 * i + 1]) \(mesh.positions[3 * i + 2])")
    }
    for i in 0..<mesh.texcoords.count / 2 { line("vt \(mesh.texcoords[2 * i]) \(1 - mesh.texcoords[2 * i + 1])") }
    let normals = mesh.normals.isEmpty ? mesh.faceNormals : mesh.normals
    for i in 0..<normals.count / 3 { line("vn \(normals[3 * i]) \(normals[3 * i + 1]) \(normals[3 * i + 2])") }
    for (face, triangle) in mesh.triangles.enumerated() {
      var corners = "f"
      for c in 0..<3 {
        let vertex = Int(triangle[c])
        let texcoord = mesh.texcoords.isEmpty ? "" : "\(next.texcoord + vertex)"
        corners += " \(next.position + vertex)/\(texcoord)/\(next.normal + (mesh.normals.isEmpty ? face : vertex))"
      }
      line(corners)
    }
    next.position += mesh.vertexCount
    next.texcoord += mesh.texcoords.count / 2
    next.normal += normals.count / 3
  }

  private mutating func line(_ content: String) {
    text += content.utf8
    text.append(UInt8(ascii: "\n"))
  }
}

extension MeshData {
  /// Unit normals of the triangles, shape [triangles × 3].
  fileprivate var faceNormals: [Float] {
    triangles.flatMap { corners in
      let (a, b, c) = (position(Int(corners.x)), position(Int(corners.y)), position(Int(corners.z)))
      let n = cross(b - a, c - a)
      let size = length(n)
      return size > 0 ? [Float(n.x / size), Float(n.y / size), Float(n.z / size)] : [0, 0, 1]
    }
  }
}
