/// Auxiliary layers: properties of the surface that a camera ray meets first.
struct LayerSampler {
  let scene: KernelScene
  let aovs: [AOV]

  /// Whether no layer needs a ray of its own.
  var isEmpty: Bool { aovs.allSatisfy { $0.kind.isOfPicture } }

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
    // A rectangle is one primitive, though it is traced as two triangles.
    case .primitiveIndex: [scene.shapes[Int(hit.shape)].isRectangle ? 0 : Float(hit.primitive)]
    case .variance, .tristimulus, .secondMoment: [0, 0, 0]
    }
  }

  private func components(_ v: Vector3) -> [Float] { [v.x, v.y, v.z] }

  private func albedo(_ hit: SurfaceHit) -> Spectrum { albedo(scene.shapes[Int(hit.shape)].material, hit) }

  /// Blends mix their parts; masks, maps and two-sided materials show what is inside.
  private func albedo(_ id: Int32, _ hit: SurfaceHit) -> Spectrum {
    let material = scene.materials + Int(id)
    let inputs = ValueInputs(textures: scene.textures(at: hit), uv: hit.uv)
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

  /// Turns sums into means; layers about the picture take their values from its own sums.
  ///
  /// - Parameters:
  ///   - squares: mean square of one sample; the variance of one sample follows, never negative.
  ///   - moment: the same in XYZ.
  func finish(
    _ values: UnsafeMutablePointer<Float>, samples: Float, mean: Spectrum, squares: Spectrum, moment: Spectrum
  ) {
    let variance = squares - mean * mean
    let xyz = Tristimulus.xyz(mean)
    var target = values
    for aov in aovs {
      for c in 0..<aov.kind.channelCount {
        switch aov.kind {
        case .variance: target[c] = max(variance[c], 0)
        case .tristimulus: target[c] = xyz[c]
        case .secondMoment: target[c] = moment[c]
        default: target[c] /= samples
        }
      }
      target += aov.kind.channelCount
    }
  }
}

extension AOV.Kind {
  /// Whether it follows from the picture's own samples, without a ray of its own.
  var isOfPicture: Bool { self == .variance || self == .tristimulus || self == .secondMoment }
}

/// CIE XYZ of linear Rec. 709 colours.
enum Tristimulus {
  @inline(__always) static func xyz(_ c: Spectrum) -> Spectrum {
    let result = xyz(SIMD4(c.x, c.y, c.z, 0))
    return Spectrum(result.x, result.y, result.z)
  }

  /// The fourth number of `c` does not count; that of the result is 0.
  @inline(__always) static func xyz(_ c: SIMD4<Float>) -> SIMD4<Float> {
    let luminance = Luminance.weights
    return SIMD4(0.412453, luminance.x, 0.019334, 0) * c.x + SIMD4(0.357580, luminance.y, 0.119193, 0) * c.y
      + SIMD4(0.180423, luminance.z, 0.950227, 0) * c.z
  }
}
