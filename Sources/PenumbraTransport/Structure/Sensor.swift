/// A camera with its film.
public struct Sensor: Sendable {
  public var id: String
  public var projection: Projection
  /// θ offset of the row-major 4×4 camera-to-world matrix; the camera looks along local +z, +y is up, +x left.
  public var toWorld: Int
  /// Rotation pivot: the camera's origin.
  public var pose: Pose
  /// Distances along the ray's local z between which surfaces are seen.
  public var nearClip: Float
  public var farClip: Float
  public var film: Film
  public var sampler: SamplerSettings
  /// A lens with depth of field before a perspective projection; `nil` for a pinhole.
  public var lens: ThinLens?
  /// θ offset of the coefficients of a lens that bends the picture, in the order of OpenCV's models: k₁ … k₆, p₁, p₂ of a
  /// perspective camera, k₁ … k₄ of a fisheye; `nil` for none.
  public var distortion: Int?

  /// Number of coefficients that `distortion` is the first of.
  public var distortionCount: Int {
    if case .fisheye = projection { return 4 }
    return 8
  }

  /// The batch that it belongs to, whose pictures stand side by side.
  public var batch: String?

  public init(
    id: String, projection: Projection, toWorld: Int, pose: Pose = Pose(), nearClip: Float = 1e-2,
    farClip: Float = 1e4, film: Film, sampler: SamplerSettings = SamplerSettings()
  ) {
    self.id = id
    self.projection = projection
    self.toWorld = toWorld
    self.pose = pose
    self.nearClip = nearClip
    self.farClip = farClip
    self.film = film
    self.sampler = sampler
  }

  /// θ offsets of a thin lens: its radius, and the distance along local z at which the picture is sharp.
  public struct ThinLens: Sendable, Equatable {
    public var apertureRadius: Int
    public var focusDistance: Int

    public init(apertureRadius: Int, focusDistance: Int) {
      self.apertureRadius = apertureRadius
      self.focusDistance = focusDistance
    }
  }

  public enum Projection: Sendable, Equatable {
    /// θ offsets of the horizontal field of view in degrees and of the two principal-point offsets
    /// (fractions of the film; +x, +y shift the ray right and down).
    case perspective(xFov: Int, principalPointX: Int, principalPointY: Int)
    /// The same, but the field of view is spread evenly over the film: a direction's distance from the centre is its angle
    /// to the axis. It may exceed 180°.
    case fisheye(xFov: Int, principalPointX: Int, principalPointY: Int)
    /// Parallel rays through [−1, 1] × [−1, 1] · aspect of the local xy plane, scaled by `toWorld`.
    case orthographic
  }
}

/// The picture a sensor makes.
public struct Film: Sendable, Equatable {
  public var width: Int
  public var height: Int
  public var filter: ReconstructionFilter
  /// Whether the scene asks for an alpha channel.
  public var hasAlpha: Bool
  /// The film that the picture is a window of, when it is cropped; projections fill the whole film.
  public var crop: Crop?
  /// Whether pixels at the edge see samples beyond the picture; otherwise their filter ends there.
  public var samplesBorder = false

  /// Size of the whole film and where in it the picture's top left pixel is.
  public struct Crop: Sendable, Equatable {
    public var fullWidth: Int
    public var fullHeight: Int
    public var x: Int
    public var y: Int

    public init(fullWidth: Int, fullHeight: Int, x: Int, y: Int) {
      self.fullWidth = fullWidth
      self.fullHeight = fullHeight
      self.x = x
      self.y = y
    }
  }

  /// Width and height of the whole film.
  var fullSize: (width: Int, height: Int) { (crop?.fullWidth ?? width, crop?.fullHeight ?? height) }

  public init(width: Int, height: Int, filter: ReconstructionFilter = .gaussian(), hasAlpha: Bool = false) {
    self.width = width
    self.height = height
    self.filter = filter
    self.hasAlpha = hasAlpha
  }
}

/// Weights of film positions around a pixel centre, in pixels.
public enum ReconstructionFilter: Sendable, Equatable {
  case box(radius: Float = 0.5)
  case tent(radius: Float = 1)
  /// exp(−r² / 2σ²) shifted to reach 0 at 4σ.
  case gaussian(standardDeviation: Float = 0.5)
  /// Mitchell & Netravali 1988, radius 2; negative beside its centre unless b is large.
  case mitchell(b: Float = 1 / 3, c: Float = 1 / 3)
  /// The Catmull-Rom spline, which is the former with b = 0, c = ½.
  case catmullRom
  /// sinc(x) sinc(x / lobes) within ±lobes.
  case lanczos(lobes: Int = 3)
}

/// Which random numbers to use, and how many per pixel.
public struct SamplerSettings: Sendable, Equatable {
  public enum Kind: UInt8, Sendable, BitwiseCopyable {
    /// Independent uniform numbers.
    case independent
    /// Owen-scrambled Sobol points by hashing (Burley 2020).
    case sobol
  }
  public var kind: Kind
  public var samplesPerPixel: Int

  public init(kind: Kind = .sobol, samplesPerPixel: Int = 4) {
    self.kind = kind
    self.samplesPerPixel = samplesPerPixel
  }
}

/// How paths are traced.
public struct IntegratorSettings: Sendable, Equatable {
  /// Longest path in segments + 1 as in Mitsuba: 1 = emitters only, 2 = direct light, −1 = no limit.
  public var maxDepth: Int
  /// Depth from which Russian roulette may end paths.
  public var rouletteDepth: Int
  /// Directly visible emitters and environments count as transparent.
  public var hideEmitters: Bool
  /// Extra image layers, in order.
  public var aovs: [AOV]

  public init(maxDepth: Int = -1, rouletteDepth: Int = 5, hideEmitters: Bool = false, aovs: [AOV] = []) {
    self.maxDepth = maxDepth
    self.rouletteDepth = rouletteDepth
    self.hideEmitters = hideEmitters
    self.aovs = aovs
  }
}

/// An auxiliary layer of the picture: a property of the first visible surface, averaged over the pixel.
public struct AOV: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    case albedo, normal, geometricNormal, depth, position, uv, shapeIndex, primitiveIndex, variance
    /// The picture itself, and the mean square of one sample of it, in CIE XYZ.
    case tristimulus, secondMoment
    /// Number of values per pixel.
    public var channelCount: Int {
      switch self {
      case .albedo, .normal, .geometricNormal, .position, .variance, .tristimulus, .secondMoment: 3
      case .uv: 2
      case .depth, .shapeIndex, .primitiveIndex: 1
      }
    }
  }
  /// Layer name in the written file.
  public var name: String
  public var kind: Kind

  public init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }
}
