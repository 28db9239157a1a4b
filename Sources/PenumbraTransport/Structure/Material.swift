/// Position of a material in `SceneStructure.materials`.
public struct MaterialID: Sendable, Hashable {
  public var index: Int
}

public enum MicrofacetDistribution: UInt8, Sendable, BitwiseCopyable { case beckmann, ggx }

/// What a surface does with light. Closed on purpose: the switch over its cases is the dispatch table.
public enum Material: Sendable, Equatable {
  /// Lambertian reflection on the side of the normal; `reflectance` in 0...1.
  case diffuse(reflectance: TextureID)
  /// Perfect mirror with complex index of refraction η + ik.
  case conductor(eta: TextureID, k: TextureID, specularReflectance: TextureID)
  /// Microfacet conductor; `alphaU` and `alphaV` are roughnesses along the tangents (pass one twice when isotropic).
  case roughConductor(
    distribution: MicrofacetDistribution, alphaU: TextureID, alphaV: TextureID, eta: TextureID, k: TextureID,
    specularReflectance: TextureID)
  /// Smooth dielectric boundary; `eta` is the θ offset of interior / exterior index of refraction.
  case dielectric(eta: Int, specularReflectance: TextureID, specularTransmittance: TextureID)
  /// The same boundary with microfacets.
  case roughDielectric(
    distribution: MicrofacetDistribution, alphaU: TextureID, alphaV: TextureID, eta: Int,
    specularReflectance: TextureID, specularTransmittance: TextureID)
  /// A sheet of glass too thin to bend light: both of its faces and all reflections between them.
  case thinDielectric(eta: Int, specularReflectance: TextureID, specularTransmittance: TextureID)
  /// A diffuse base under a smooth dielectric coat; `isNonlinear` shifts colours by scattering inside the coat.
  case plastic(eta: Int, diffuseReflectance: TextureID, specularReflectance: TextureID, isNonlinear: Bool)
  /// The same under a rough coat.
  case roughPlastic(
    distribution: MicrofacetDistribution, alpha: TextureID, eta: Int, diffuseReflectance: TextureID,
    specularReflectance: TextureID, isNonlinear: Bool)
  /// Burley 2012/2015 as parametrised by Mitsuba 3.
  case principled(Principled)
  /// Burley 2015 for sheets that reflect and transmit.
  case principledThin(PrincipledThin)
  /// Lets everything pass straight on.
  case null

  // Wrappers: `children` stand before them in `SceneStructure.materials`.
  /// One material for each side, seen from its front; pass one twice for the usual form.
  case twosided(front: MaterialID, back: MaterialID)
  /// `nested` with weight `opacity` in 0...1, nothing at all with the rest.
  case mask(opacity: TextureID, nested: MaterialID)
  /// (1 − w) · first + w · second with w = `weight` in 0...1.
  case blend(weight: TextureID, first: MaterialID, second: MaterialID)
  /// `nested` in a frame whose normal is 2 · texel − 1 in the surface's frame.
  case normalMap(normals: TextureID, nested: MaterialID, options: PerturbationOptions)
  /// `nested` in the frame of the surface displaced by `heights` times the number at `scale` in θ.
  case bumpMap(heights: TextureID, scale: Int, nested: MaterialID, options: PerturbationOptions)

  /// What keeps perturbed normals plausible.
  public struct PerturbationOptions: Sendable, Equatable, BitwiseCopyable {
    /// Mirrors normals that look away from the viewer (Schüssler et al. 2017).
    public var flipsInvalidNormals: Bool
    /// Darkens towards the terminator (Estevez et al. 2019).
    public var isShadowed: Bool

    public init(flipsInvalidNormals: Bool = true, isShadowed: Bool = true) {
      self.flipsInvalidNormals = flipsInvalidNormals
      self.isShadowed = isShadowed
    }
  }

  /// Inputs of the principled material; every texture is scalar but `baseColor`.
  public struct Principled: Sendable, Equatable {
    public var baseColor, roughness, anisotropic, metallic, specTrans, specTint: TextureID
    public var sheen, sheenTint, flatness, clearcoat, clearcoatGloss: TextureID
    /// θ offset of the number that sets the index of refraction.
    public var etaOffset: Int
    /// `true`: the number is `specular`, η = 2 / (1 − √(0.08 · specular)) − 1. `false`: it is η itself.
    public var etaIsSpecular: Bool
    /// Relative probabilities of choosing a lobe; they change noise, never the mean.
    public var mainSpecularSamplingRate, clearcoatSamplingRate, diffuseReflectanceSamplingRate: Float

    public init(
      baseColor: TextureID, roughness: TextureID, anisotropic: TextureID, metallic: TextureID, specTrans: TextureID,
      specTint: TextureID, sheen: TextureID, sheenTint: TextureID, flatness: TextureID, clearcoat: TextureID,
      clearcoatGloss: TextureID, etaOffset: Int, etaIsSpecular: Bool, mainSpecularSamplingRate: Float = 1,
      clearcoatSamplingRate: Float = 1, diffuseReflectanceSamplingRate: Float = 1
    ) {
      self.baseColor = baseColor
      self.roughness = roughness
      self.anisotropic = anisotropic
      self.metallic = metallic
      self.specTrans = specTrans
      self.specTint = specTint
      self.sheen = sheen
      self.sheenTint = sheenTint
      self.flatness = flatness
      self.clearcoat = clearcoat
      self.clearcoatGloss = clearcoatGloss
      self.etaOffset = etaOffset
      self.etaIsSpecular = etaIsSpecular
      self.mainSpecularSamplingRate = mainSpecularSamplingRate
      self.clearcoatSamplingRate = clearcoatSamplingRate
      self.diffuseReflectanceSamplingRate = diffuseReflectanceSamplingRate
    }
  }

  /// Inputs of the thin principled material; every texture is scalar but `baseColor`.
  public struct PrincipledThin: Sendable, Equatable {
    public var baseColor, roughness, anisotropic, specTrans, eta, specTint: TextureID
    /// `diffTrans` in 0...2: 2 sends all diffuse light to the other side.
    public var sheen, sheenTint, flatness, diffTrans: TextureID
    /// Relative probabilities of choosing a lobe: specular reflection and transmission, diffuse reflection and
    /// transmission; they change noise, never the mean.
    public var samplingRates: SIMD4<Float>

    public init(
      baseColor: TextureID, roughness: TextureID, anisotropic: TextureID, specTrans: TextureID, eta: TextureID,
      specTint: TextureID, sheen: TextureID, sheenTint: TextureID, flatness: TextureID, diffTrans: TextureID,
      samplingRates: SIMD4<Float> = [1, 1, 1, 1]
    ) {
      self.baseColor = baseColor
      self.roughness = roughness
      self.anisotropic = anisotropic
      self.specTrans = specTrans
      self.eta = eta
      self.specTint = specTint
      self.sheen = sheen
      self.sheenTint = sheenTint
      self.flatness = flatness
      self.diffTrans = diffTrans
      self.samplingRates = samplingRates
    }
  }
}
