/// What to render and how. `nil` takes the scene's own value.
public struct RenderSettings: Sendable {
  /// Position in `SceneStructure.sensors`.
  public var sensor: Int = 0
  public var samplesPerPixel: Int?
  public var sampler: SamplerSettings.Kind?
  public var seed: UInt64 = 0
  /// Worker threads; `nil` uses the processors this process may run on. The result does not depend on it.
  public var threads: Int?
  /// Processes that render together, each a part; `nil` for this one alone. The result does not depend on them.
  public var ranks: (any RankGroup)?
  /// Mitsuba's convention: 1 = emitters only, 2 = direct light, −1 = no limit.
  public var maxDepth: Int?
  /// How the light of next-event estimation is chosen; it changes noise, never the mean.
  public var lightSelection = LightSelection.automatic
  /// How derivatives follow what hides what; pictures do not depend on it.
  public var visibility: VisibilityEstimator = .edges
  /// What `visibility: soft` relaxes.
  public var soft = SoftVisibility()
  /// What pixels measure.
  public var quantity = PictureQuantity.radiance

  /// Whether diffuse surfaces choose directions as suits derivatives by places, which changes noise alone; `nil` where such
  /// derivatives are asked for. Pictures and derivatives of one rule are of the same paths.
  var spreadsDiffuse: Bool?

  public init() {}
}

/// What the pixels of a picture are means of. All but radiance are about the surface that a camera ray meets first, and 0
/// where it meets none; their derivatives follow surfaces, cameras and edges as those of radiance do.
public enum PictureQuantity: String, Sendable, CaseIterable {
  /// Light, linear RGB.
  case radiance
  /// Distance from the camera ray's origin, in world units, the same in all three channels.
  case depth
  /// Unit shading normal in the world, its x, y and z as the three channels.
  case normal
}

/// Rules for choosing one of a scene's lights.
public enum LightSelection: String, Sendable, CaseIterable {
  /// By a tree over the lights that looks at distance, orientation and power, when there are many;
  /// else by power and by what a few rays of the picture find.
  case automatic
  /// In proportion to power, half of the choices uniformly.
  case power
  /// Every light alike.
  case uniform

  var uniformShare: Float {
    switch self {
    case .automatic, .power: 0.5
    case .uniform: 1
    }
  }
}

/// Estimators of what moving silhouettes and shadows add to a derivative.
public enum VisibilityEstimator: String, Sendable, CaseIterable {
  /// Samples of the edges themselves.
  case edges
  /// Warped-area sampling: the same derivative without a search for edges, for scenes without masks and
  /// projectors. Slower and noisier; made to check the other with.
  case reparameterized
  /// Relaxed visibility: biased, but it sees objects that do not touch in the picture yet.
  case soft
  /// Nothing: only the interior derivative.
  case none
}

/// Counts of one run; sums over all threads.
public struct RenderStatistics: Sendable, Equatable, BitwiseCopyable {
  /// Rays handed to the intersector, closest-hit and shadow.
  public var rays: UInt64 = 0
  public var paths: UInt64 = 0
  /// Samples dropped because their value was NaN or infinite.
  public var rejectedNonFinite: UInt64 = 0
  /// Derivative contributions dropped because they were NaN or infinite.
  public var rejectedDerivatives: UInt64 = 0

  public init() {}

  public static func += (left: inout RenderStatistics, right: RenderStatistics) {
    left.rays += right.rays
    left.paths += right.paths
    left.rejectedNonFinite += right.rejectedNonFinite
    left.rejectedDerivatives += right.rejectedDerivatives
  }
}

/// Seen from outside while a render runs. Closures here are called per tile, never per ray.
public struct RenderMonitor: Sendable {
  /// Called with the finished fraction, from any worker thread, one call at a time.
  public var progress: (@Sendable (Double) -> Void)?
  /// Polled per tile; `true` stops the run, which then throws `.cancelled`.
  public var isCancelled: (@Sendable () -> Bool)?

  public init(progress: (@Sendable (Double) -> Void)? = nil, isCancelled: (@Sendable () -> Bool)? = nil) {
    self.progress = progress
    self.isCancelled = isCancelled
  }
}

/// A rendered picture.
public struct RenderResult: Sendable {
  public var width: Int
  public var height: Int
  /// Linear RGB radiance, shape [height × width × 3], top row first.
  public var rgb: [Float]
  /// Coverage in 0...1, shape [height × width].
  public var alpha: [Float]
  /// One array per requested AOV, shape [height × width × channelCount].
  public var layers: [(aov: AOV, values: [Float])]
  public var statistics: RenderStatistics
}

/// A derivative image along one direction in parameter space.
public struct ForwardDerivative: Sendable {
  public var width: Int
  public var height: Int
  /// Signed dI/dε of I(θ + ε θ̇), linear RGB, shape [height × width × 3].
  public var derivative: [Float]
  /// The picture from the same samples, shape [height × width × 3].
  public var rgb: [Float]
  /// When asked for: the parts that add up to `derivative`, in its shape: interior, then what moving edges add in the
  /// picture (primary), in shadows of the first surface (shadow) and elsewhere (indirect).
  public var parts: [(name: String, values: [Float])] = []
  public var statistics: RenderStatistics
}

/// Gradient of Σ A · I with respect to θ.
public struct ReverseDerivative: Sendable {
  /// Laid out like θ; zero outside the requested ranges.
  public var gradient: [Float]
  public var statistics: RenderStatistics
}

/// A loss that is a sum over pixels and channels of ℓ(rendered, target), averaged over both.
public enum PixelLoss: String, Sendable, CaseIterable {
  /// |I − T|
  case l1
  /// (I − T)²
  case l2
  /// (I − T)² / (T² + 0.01), the denominator from the target so that it is the same for every render.
  case relativeL2 = "relative-l2"
  /// (log(1 + I) − log(1 + T))²
  case log
}

/// What the fused pass compares with.
public struct FusedTarget: Sendable {
  public var loss: PixelLoss
  /// Linear RGB, shape [height × width × 3].
  public var rgb: [Float]
  /// Weight per pixel, shape [height × width]; empty for 1 everywhere. Pixels of weight 0 are not traced.
  public var weights: [Float]
  /// Channels of the target from this value on are clipped: they bound the picture from below only.
  public var clip: Float

  public init(loss: PixelLoss, rgb: [Float], weights: [Float] = [], clip: Float = .infinity) {
    self.loss = loss
    self.rgb = rgb
    self.weights = weights
    self.clip = clip
  }
}

/// Image, loss and gradient from one set of paths.
public struct FusedResult: Sendable {
  /// Linear RGB, shape [height × width × 3]; 0 where the target's weight is 0.
  public var rgb: [Float]
  /// Weighted mean of the loss of the full image over pixels and channels.
  public var loss: Double
  /// The variance of the picture's values by its samples, averaged like the loss: what an L2 loss has left at its best.
  public var noise: Double
  /// ∂loss/∂θ, laid out like θ; zero outside the requested ranges.
  public var gradient: [Float]
  public var statistics: RenderStatistics
}
