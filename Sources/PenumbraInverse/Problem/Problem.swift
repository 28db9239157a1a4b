public import PenumbraImages
public import PenumbraTransport

/// An inverse problem: which parameters of which scene to change so that its renders match the targets.
///
/// Paths are ready to open. `place` texts say where a request was written, for error messages.
public struct Problem: Sendable, Equatable {
  /// Scene file to start from.
  public var scene: String
  /// One per view.
  public var targets: [Target]
  public var unknowns: [Unknown]
  public var loss: Loss
  public var optimizer: OptimizerSettings
  /// How gradients follow what hides what.
  public var visibility: VisibilityEstimator = .edges
  /// Added to the loss of all views.
  public var regularizers: [RegularizerRequest] = []
  /// Held-out views: never optimised, measured at the end.
  public var validation: [Target] = []
  /// The course of `visibility: soft`, which ends in `edges`.
  public var soft = SoftAnnealing()

  public init(
    scene: String, targets: [Target], unknowns: [Unknown], loss: Loss = Loss(.l2),
    optimizer: OptimizerSettings = OptimizerSettings()
  ) {
    self.scene = scene
    self.targets = targets
    self.unknowns = unknowns
    self.loss = loss
    self.optimizer = optimizer
  }

  /// A picture that one sensor should see.
  public struct Target: Sendable, Equatable {
    public var image: String
    /// Sensor id or position; `nil` for the only one, or for the sensor at the target's own position.
    public var sensor: String?
    /// Grey picture with 255 = use this pixel.
    public var mask: String?
    public var encoding: Encoding
    /// Ids of the emitters that were on when the picture was taken; `nil` for all of the scene.
    public var lights: [String]?
    /// How the camera turned light into the picture's values; unknown where an unknown names it.
    public var response: Response
    /// What the picture's values are: light, or depth or normals of the first surface.
    public var quantity: PictureQuantity
    /// Factor of this target's share in the loss.
    public var weight: Float
    /// Where it was requested, for example `problem.yaml:3:5`.
    public var place: String

    public init(
      image: String, sensor: String? = nil, mask: String? = nil, encoding: Encoding = .auto, lights: [String]? = nil,
      response: Response = Response(), quantity: PictureQuantity = .radiance, weight: Float = 1, place: String = ""
    ) {
      self.image = image
      self.sensor = sensor
      self.mask = mask
      self.encoding = encoding
      self.lights = lights
      self.response = response
      self.quantity = quantity
      self.weight = weight
      self.place = place
    }
  }

  /// A parameter, or one element of it, that the optimizer may change: one of the scene's, or of a target's response
  /// (`targets[0].exposure`, `targets[0].white_balance`, `targets[0].gamma`).
  public struct Unknown: Sendable, Equatable {
    /// `KEY` or `KEY[i]`.
    public var key: String
    /// Start values, one per element or one for all; `nil` for the scene's own.
    public var initial: [Float]?
    /// `nil` for the parameter's own bounds.
    public var bounds: ClosedRange<Float>?
    /// Absolute step size in the parameter's unit; `nil` for the optimizer's relative one.
    public var learningRate: Float?
    /// λ of a diffusion that spreads steps of vertex positions over the mesh; `nil` for none.
    public var largeSteps: Float?
    /// In which coordinates to move; `nil` for what suits the parameter.
    public var map: Map?
    /// Where it was requested, for example `problem.yaml:7:5`.
    public var place: String

    public init(
      key: String, initial: [Float]? = nil, bounds: ClosedRange<Float>? = nil, learningRate: Float? = nil,
      largeSteps: Float? = nil, map: Map? = nil, place: String = ""
    ) {
      self.key = key
      self.initial = initial
      self.bounds = bounds
      self.learningRate = learningRate
      self.largeSteps = largeSteps
      self.map = map
      self.place = place
    }

    /// Smooth maps between an unknown and the coordinate that is optimised.
    public enum Map: String, Sendable, CaseIterable {
      /// The values themselves, projected on their bounds.
      case linear
      /// Logarithms, for values above 0.
      case log
      /// Log-odds between two finite bounds.
      case logit
    }

    func fault(_ message: String) -> InverseError {
      InverseError(.invalidProblem, place.isEmpty ? message : "\(place): \(message)")
    }
  }
}
