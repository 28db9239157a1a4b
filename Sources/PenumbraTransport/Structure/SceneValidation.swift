/// Checks a scene before anything is allocated for it, so that the hot module may trust every offset and index.
struct SceneValidation {
  let builder: SceneBuilder

  /// Films above this many pixels are refused: a typing error rather than a picture.
  static let maximumPixels = 1 << 28

  func run() throws(TransportError) {
    for texture in builder.textures { try check(texture) }
    for (index, material) in builder.materials.enumerated() { try check(material, at: index) }
    try checkNesting()
    for shape in builder.shapes { try check(shape) }
    try checkGroups()
    for instance in builder.instances { try check(instance) }
    var areaLights: Set<Int> = []
    for emitter in builder.emitters {
      try check(emitter)
      if case .area(let shape, _) = emitter.source, !areaLights.insert(shape.index).inserted {
        throw fault("emitter \(emitter.id): its shape already has an emitter")
      }
    }
    for sensor in builder.sensors { try check(sensor) }
  }

  private func fault(_ message: String) -> TransportError { TransportError(.invalidScene, message) }

  private func check(offset: Int, count: Int, of name: String) throws(TransportError) {
    guard offset >= 0, count >= 0, offset <= builder.theta.count - count else {
      throw fault("\(name): parameters \(offset)..<\(offset + count) are outside θ (\(builder.theta.count))")
    }
  }

  private func check(_ id: TextureID, of name: String) throws(TransportError) {
    guard builder.textures.indices.contains(id.index) else { throw fault("\(name): no texture \(id.index)") }
  }

  private func check(_ texture: Texture) throws(TransportError) {
    switch texture {
    case .constant(let offset, let channels):
      guard channels == 1 || channels == 3 else { throw fault("texture: expected 1 or 3 channels, found \(channels)") }
      try check(offset: offset, count: channels, of: "constant texture")
    case .bitmap(let offset, let width, let height, let channels, _, _, _):
      guard width > 0, height > 0, channels == 1 || channels == 3 else {
        throw fault("bitmap: expected texels with 1 or 3 channels, found \(width)×\(height)×\(channels)")
      }
      try check(offset: offset, count: width * height * channels, of: "bitmap")
    case .checkerboard(let offset0, let channels0, let offset1, let channels1, _):
      for channels in [channels0, channels1] where channels != 1 && channels != 3 {
        throw fault("checkerboard: expected 1 or 3 channels, found \(channels)")
      }
      try check(offset: offset0, count: channels0, of: "checkerboard color0")
      try check(offset: offset1, count: channels1, of: "checkerboard color1")
    case .meshAttribute(let name, let scale): try check(offset: scale, count: 1, of: "scale of \(name)")
    }
  }

  private func check(_ material: Material, at index: Int) throws(TransportError) {
    let name = "material \(index)"
    for texture in material.textures { try check(texture, of: name) }
    if let number = material.number { try check(offset: number, count: 1, of: name) }
    for child in material.children {
      guard builder.materials.indices.contains(child.index) else { throw fault("\(name): no material \(child.index)") }
      guard child.index < index else {
        throw fault("\(name): it wraps material \(child.index), which is not before it")
      }
    }
  }

  /// Nesting of wrappers, for all materials in order: parents stand behind their children.
  private func checkNesting() throws(TransportError) {
    var depths: [(wrappers: Int, perturbations: Int)] = []
    for (index, material) in builder.materials.enumerated() {
      var (wrappers, perturbations) = (0, 0)
      for child in material.children {
        wrappers = max(wrappers, depths[child.index].wrappers + 1)
        perturbations = max(perturbations, depths[child.index].perturbations + (material.isPerturbation ? 1 : 0))
      }
      depths.append((wrappers, perturbations))
      guard wrappers <= Material.maximumNesting, perturbations <= Material.maximumPerturbations else {
        throw fault(
          "material \(index): expected at most \(Material.maximumNesting) nested wrappers, "
            + "\(Material.maximumPerturbations) of them bump or normal maps, found \(wrappers) and \(perturbations)")
      }
    }
  }

  private func check(_ shape: Shape) throws(TransportError) {
    guard builder.materials.indices.contains(shape.material.index) else {
      throw fault("shape \(shape.id): no material \(shape.material.index)")
    }
    switch shape.geometry {
    case .sphere(let toWorld), .rectangle(let toWorld), .disk(let toWorld), .cylinder(let toWorld):
      try check(offset: toWorld, count: 16, of: "shape \(shape.id)")
    case .mesh(let mesh):
      guard !mesh.triangles.isEmpty else { throw fault("shape \(shape.id): expected triangles, found an empty mesh") }
      try check(offset: mesh.positions, count: 3 * mesh.vertexCount, of: "shape \(shape.id)")
      if let normals = mesh.normals { try check(offset: normals, count: 3 * mesh.vertexCount, of: "shape \(shape.id)") }
      if let texcoords = mesh.texcoords {
        try check(offset: texcoords, count: 2 * mesh.vertexCount, of: "shape \(shape.id)")
      }
      for attribute in mesh.attributes {
        guard attribute.channels == 1 || attribute.channels == 3 else {
          throw fault("shape \(shape.id): \(attribute.name): expected 1 or 3 channels, found \(attribute.channels)")
        }
        let count = attribute.isPerFace ? mesh.triangles.count : mesh.vertexCount
        try check(offset: attribute.offset, count: count * attribute.channels, of: attribute.name)
      }
      for (index, corners) in mesh.triangles.enumerated() where Int(corners.max()) >= mesh.vertexCount {
        throw fault(
          "shape \(shape.id): triangle \(index): expected indices below \(mesh.vertexCount), found \(corners.max())")
      }
    }
  }

  private func checkGroups() throws(TransportError) {
    var end = 0
    for group in builder.groups {
      guard group.shapes.lowerBound >= end, group.shapes.upperBound <= builder.shapes.count else {
        throw fault("shape group \(group.id): shapes \(group.shapes) overlap another group or do not exist")
      }
      end = group.shapes.upperBound
    }
  }

  private func check(_ instance: Instance) throws(TransportError) {
    guard builder.groups.indices.contains(instance.group.index) else {
      throw fault("instance \(instance.id): no shape group \(instance.group.index)")
    }
    try check(offset: instance.toWorld, count: 16, of: "instance \(instance.id)")
  }

  private func check(_ emitter: Emitter) throws(TransportError) {
    let name = "emitter \(emitter.id)"
    switch emitter.source {
    case .area(let shape, let radiance):
      guard builder.shapes.indices.contains(shape.index) else { throw fault("\(name): no shape \(shape.index)") }
      guard !builder.groups.contains(where: { $0.shapes.contains(shape.index) }) else {
        throw fault("\(name): shapes inside a group cannot emit light")
      }
      try check(radiance, of: name)
    case .point(let position, let intensity):
      try check(offset: position, count: 3, of: name)
      try check(intensity, of: name)
    case .directional(let toWorld, let irradiance):
      try check(offset: toWorld, count: 16, of: name)
      try check(irradiance, of: name)
    case .spot(let intensity, let texture, let cutoff, let beam, let toWorld):
      try check(intensity, of: name)
      if let texture { try check(texture, of: name) }
      for offset in [cutoff, beam] { try check(offset: offset, count: 1, of: name) }
      try check(offset: toWorld, count: 16, of: name)
    case .projector(let irradiance, let scale, let fov, let aspect, let toWorld):
      try check(irradiance, of: name)
      for offset in [scale, fov] { try check(offset: offset, count: 1, of: name) }
      guard aspect > 0, aspect.isFinite else { throw fault("\(name): expected an aspect above 0, found \(aspect)") }
      try check(offset: toWorld, count: 16, of: name)
    case .constant(let radiance): try check(radiance, of: name)
    case .environment(let data, let width, let height, let scale, let toWorld):
      guard width > 0, height > 0 else { throw fault("\(name): the map has no pixels") }
      try check(offset: data, count: 3 * width * height, of: name)
      try check(offset: scale, count: 1, of: name)
      try check(offset: toWorld, count: 16, of: name)
    }
  }

  private func check(_ sensor: Sensor) throws(TransportError) {
    let film = sensor.film
    guard film.width > 0, film.height > 0, film.width <= 1 << 20, film.height <= 1 << 20,
      film.width * film.height <= Self.maximumPixels
    else {
      throw fault(
        "sensor \(sensor.id): expected a film of 1...\(Self.maximumPixels) pixels, found \(film.width)×\(film.height)")
    }
    guard sensor.sampler.samplesPerPixel > 0 else { throw fault("sensor \(sensor.id): expected at least one sample") }
    if let crop = film.crop {
      guard crop.x >= 0, crop.y >= 0, crop.fullWidth <= 1 << 20, crop.fullHeight <= 1 << 20,
        crop.x + film.width <= crop.fullWidth, crop.y + film.height <= crop.fullHeight
      else { throw fault("sensor \(sensor.id): the crop window reaches beyond the film") }
    }
    if let lens = sensor.lens {
      for offset in [lens.apertureRadius, lens.focusDistance] {
        try check(offset: offset, count: 1, of: "sensor \(sensor.id)")
      }
    }
    try check(offset: sensor.toWorld, count: 16, of: "sensor \(sensor.id)")
    if let distortion = sensor.distortion {
      try check(offset: distortion, count: sensor.distortionCount, of: "sensor \(sensor.id)")
    }
    switch sensor.projection {
    case .perspective(let fov, let x, let y), .fisheye(let fov, let x, let y):
      for offset in [fov, x, y] { try check(offset: offset, count: 1, of: "sensor \(sensor.id)") }
    case .orthographic: break
    }
  }
}
