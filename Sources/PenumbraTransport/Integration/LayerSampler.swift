/// Auxiliary layers: properties of the surface that a camera ray meets first.
struct LayerSampler {
  let scene: KernelScene
  let aovs: [AOV]

  /// Whether no layer needs a ray of its own.
  var isEmpty: Bool { aovs.allSatisfy { $0.kind == .variance } }

  /// Adds one sample to the pixel's values, all layers one after the other.
  func accumulate(_ ray: Ray, into values: UnsafeMutablePointer<Float>) {
    guard let hit = scene.intersect(ray) else { return }
    var target = values
    for aov in aovs {
      for (c, value) in sample(aov.kind, hit).enumerated() { target[c] += value }
      target += aov.kind.channelCount
    }
  }

  private func sample(_ kind: AOV.Kind, _ hit: SurfaceHit) -> [Float] {
    switch kind {
    case .albedo: components(albedo(hit))
    case .normal: components(hit.frame.n)
    case .geometricNormal: components(hit.geometricNormal)
    case .position: components(hit.position)
    case .depth: [hit.distance]
    case .uv: [hit.uv.x, hit.uv.y]
    case .shapeIndex: [Float(hit.shape)]
    case .primitiveIndex: [Float(hit.primitive)]
    case .variance: [0, 0, 0]
    }
  }

  private func components(_ v: Vector3) -> [Float] { [v.x, v.y, v.z] }

  private func albedo(_ hit: SurfaceHit) -> Spectrum { albedo(scene.shapes[Int(hit.shape)].material, hit) }

  /// Blends mix their parts; masks, maps and two-sided materials show what is inside.
  private func albedo(_ id: Int32, _ hit: SurfaceHit) -> Spectrum {
    let material = scene.materials + Int(id)
    let inputs = ValueInputs(textures: scene.textures, uv: hit.uv)
    switch material.pointee.kind {
    case .blend:
      let weight = min(max(inputs.scalar(material.pointee.slots[0], lane: 0), 0), 1)
      return albedo(material.pointee.children[0], hit) * (1 - weight)
        + albedo(material.pointee.children[1], hit) * weight
    case .twosided: return albedo(material.pointee.children[0], hit)
    case .mask, .normalMap, .bumpMap: return albedo(material.pointee.children[1], hit)
    default: return material.pointee.instantiate(inputs).albedo
    }
  }

  /// Turns sums into means; the variance layer takes the variance of one sample, never negative.
  func finish(_ values: UnsafeMutablePointer<Float>, samples: Float, variance: Spectrum) {
    var target = values
    for aov in aovs {
      for c in 0..<aov.kind.channelCount {
        target[c] = aov.kind == .variance ? max(variance[c], 0) : target[c] / samples
      }
      target += aov.kind.channelCount
    }
  }
}
