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
  /// Burley 2012/2015 as parametrised by Mitsuba 3.
  case principled(Principled)
  /// Reflective materials for both sides; pass one twice for the usual form.
  case twosided(front: MaterialID, back: MaterialID)

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
}
