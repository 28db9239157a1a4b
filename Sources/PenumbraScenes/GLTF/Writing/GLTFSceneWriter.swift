import PenumbraImages
import PenumbraTransport

/// Fills a glTF document with a scene: shapes and instances become nodes with meshes.
struct GLTFSceneWriter {
  let scene: Scene
  var document = GLTFDocument()
  private(set) var buffer = GLTFBuffer()
  private(set) var materials = GLTFMaterialWriter()
  /// What glTF cannot say, one line each.
  private(set) var losses: [String] = []
  var nodes: [GLTFDocument.Node] = []
  var cameras: [GLTFDocument.Camera] = []
  var lights: [GLTFDocument.Light] = []

  private let radiances: [Int: TextureID]
  private var meshes: [GLTFDocument.Mesh] = []
  private var meshNumbers: [Int: Int] = [:]
  private var primitives: [PlacedSurface.Key: GLTFDocument.Mesh.Primitive] = [:]
  private var models: [ModelKey: (model: SurfaceModel, number: Int)] = [:]

  private struct ModelKey: Hashable {
    var material: MaterialID
    var radiance: TextureID?
  }

  init(_ scene: Scene) { (self.scene, radiances) = (scene, scene.structure.radiances) }

  /// Fills the document with everything but the places of buffers and pictures.
  mutating func run() throws(ImageError) {
    var roots: [Int] = []
    for index in scene.structure.worldShapes {
      if let node = try node(shape: index, outer: .identity) { roots.append(node) }
    }
    for instance in scene.structure.instances { roots.append(try node(instance)) }
    for sensor in scene.structure.sensors { roots.append(node(sensor)) }
    for emitter in scene.structure.emitters { if let light = node(emitter) { roots.append(light) } }
    losses += materials.losses
    fill(roots: roots)
  }

  mutating func lose(_ what: String) { losses.append(what) }

  mutating func add(_ node: GLTFDocument.Node) -> Int {
    nodes.append(node)
    return nodes.count - 1
  }

  private mutating func fill(roots: [Int]) {
    var used = materials.extensions
    if !lights.isEmpty { used.insert("KHR_lights_punctual") }
    document.scenes[0].nodes = roots.isEmpty ? nil : roots
    if !scene.structure.emitters.isEmpty, !scene.structure.emitters.contains(where: \.isEnvironment) {
      document.scenes[0].extras = .init(environment: "none")
    }
    document.nodes = nodes.isEmpty ? nil : nodes
    document.meshes = meshes.isEmpty ? nil : meshes
    document.materials = materials.materials.isEmpty ? nil : materials.materials
    document.cameras = cameras.isEmpty ? nil : cameras
    document.extensions = lights.isEmpty ? nil : .init(lights: .init(lights: lights))
    document.extensionsUsed = used.isEmpty ? nil : used.sorted()
    document.accessors = buffer.accessors.isEmpty ? nil : buffer.accessors
    document.textures = materials.textures.textures.isEmpty ? nil : materials.textures.textures
    document.samplers = materials.textures.samplers.isEmpty ? nil : materials.textures.samplers
  }

  // MARK: - Shapes

  /// - Parameter outer: what a matrix that no node may have is followed by.
  private mutating func node(shape index: Int, outer: Matrix4) throws(ImageError) -> Int? {
    let shape = scene.structure.shapes[index]
    let entry = try model(of: index)
    guard !entry.model.isInvisible || entry.model.emission != nil else {
      losses.append("shape '\(shape.id)': nothing of it is seen, it is left out")
      return nil
    }
    var surface = PlacedSurface(shape: index, in: scene)
    surface.placement = outer * surface.placement
    var isShared = true
    if !surface.placement.isDecomposable {
      (surface.mesh, surface.placement, isShared) = (surface.placedMesh, .identity, false)
    }
    var node = GLTFDocument.Node(name: shape.id)
    node.matrix = surface.placement == .identity ? nil : surface.placement.columnMajor
    if isShared, let known = meshNumbers[index] {
      node.mesh = known
    } else {
      let primitive = primitive(surface, entry.model, material: entry.number, isShared: isShared)
      meshes.append(GLTFDocument.Mesh(name: shape.id, primitives: [primitive]))
      node.mesh = meshes.count - 1
      if isShared { meshNumbers[index] = meshes.count - 1 }
    }
    return add(node)
  }

  private mutating func node(_ instance: Instance) throws(ImageError) -> Int {
    let placement = instance.placement(theta: scene.theta)
    let isDecomposable = placement.isDecomposable
    var children: [Int] = []
    for index in scene.structure.groups[instance.group.index].shapes {
      if let child = try node(shape: index, outer: isDecomposable ? .identity : placement) { children.append(child) }
    }
    var node = GLTFDocument.Node(name: instance.id)
    node.matrix = !isDecomposable || placement == .identity ? nil : placement.columnMajor
    node.children = children.isEmpty ? nil : children
    return add(node)
  }

  private mutating func model(of index: Int) throws(ImageError) -> (model: SurfaceModel, number: Int) {
    let key = ModelKey(material: scene.structure.shapes[index].material, radiance: radiances[index])
    if let known = models[key] { return known }
    var model = SurfaceModel(key.material, in: scene)
    model.emission = key.radiance.map { SurfaceField($0, in: scene) }
    let entry = (model, model.isInvisible && model.emission == nil ? 0 : try materials.add(model))
    models[key] = entry
    return entry
  }

  private mutating func primitive(_ surface: PlacedSurface, _ model: SurfaceModel, material: Int, isShared: Bool)
    -> GLTFDocument.Mesh.Primitive
  {
    var colored: (name: String, scale: Float)?
    if case .attribute(let name, let scale) = model.baseColor { colored = (name, scale) }
    if isShared, colored == nil, var known = primitives[surface.key] {
      known.material = material
      return known
    }
    var mesh = surface.mesh
    if let colored, mesh.attributes.contains(where: { $0.name == colored.name && $0.isPerFace }) {
      mesh = mesh.unwelded
    }
    mesh.normalizeNormals()
    var attributes = ["POSITION": buffer.add(mesh.positions, components: 3, hasBounds: true)]
    if !mesh.normals.isEmpty { attributes["NORMAL"] = buffer.add(mesh.normals, components: 3) }
    if !mesh.texcoords.isEmpty { attributes["TEXCOORD_0"] = buffer.add(mesh.texcoords, components: 2) }
    if let colored, let values = mesh.colors(colored.name) {
      attributes["COLOR_0"] = buffer.add(values.map { min(max($0 * colored.scale, 0), 1) }, components: 3)
    }
    let primitive = GLTFDocument.Mesh.Primitive(
      attributes: attributes, indices: buffer.add(mesh.triangles), material: material)
    if isShared, colored == nil { primitives[surface.key] = primitive }
    return primitive
  }

  /// The buffer with the pictures behind the vertices, and their views.
  mutating func embedPictures() {
    let files = materials.textures.files
    document.images = files.isEmpty ? nil : []
    for file in files {
      document.images?.append(
        GLTFDocument.Picture(name: file.name, mimeType: "image/png", bufferView: buffer.add(file: file.bytes)))
    }
  }
}

extension Emitter {
  /// Whether its light comes from infinitely far in all directions.
  fileprivate var isEnvironment: Bool {
    switch source {
    case .constant, .environment: true
    default: false
    }
  }
}

extension MeshData {
  /// Colours of the vertices, shape [vertices × 3]; grey values are spread.
  func colors(_ name: String) -> [Float]? {
    guard let attribute = attributes.first(where: { $0.name == name && !$0.isPerFace }) else { return nil }
    return attribute.channels == 3 ? attribute.values : attribute.values.flatMap { [$0, $0, $0] }
  }

  /// Normals of length one, as glTF needs them.
  fileprivate mutating func normalizeNormals() {
    guard !normals.isEmpty else { return }
    var unit = self
    unit.transform(by: .identity)
    normals = unit.normals
  }
}

extension Matrix4 {
  /// Whether it is a product of translation, rotation and scale along the axes.
  fileprivate var isDecomposable: Bool {
    let (x, y, z) = (column(0), column(1), column(2))
    let sizes = SIMD3(length(x), length(y), length(z))
    let tolerance = 1e-6
    return sizes.min() > 0 && abs(dot(x, y)) <= tolerance * sizes.x * sizes.y
      && abs(dot(y, z)) <= tolerance * sizes.y * sizes.z && abs(dot(z, x)) <= tolerance * sizes.z * sizes.x
  }

  var columnMajor: [Double] {
    let rowMajor = elements
    return (0..<16).map { rowMajor[4 * ($0 % 4) + $0 / 4] }
  }
}
