import ArgumentParser
import Penumbra

/// `penumbra gradient`: derivatives of a picture, forward as an image or reverse as arrays.
struct GradientCommand: SharedCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradient",
    abstract: "Differentiate a picture by scene parameters.",
    discussion: """
      Forward mode writes the signed derivative image of one direction in parameter space, and beside it a .png in which \
      red is growth and blue is loss. Reverse mode takes an \
      adjoint image A and writes the derivative of the sum of A·I by every element of every key.

      Samples are Sobol points, whatever the scene's sampler; its sample_count counts.

      A KEY of one element, or KEY[i], stands for itself; otherwise --direction gives one value per element, \
      row-major, for all --parameter options one after the other.

      EXAMPLES:
        penumbra gradient box.xml --parameter 'red.reflectance.value[0]' -o d.exr
        penumbra gradient box.xml --parameter red.eta --direction 1,0,-1 -o d.exr
        penumbra gradient box.xml --parameter camera.x_fov -o d.exr
        penumbra gradient box.xml --parameters k1,k2 --adjoint a.exr -o gradients
      """)

  @Argument(help: "Scene file.")
  var scene: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Forward: an .exr file. Reverse: a folder.", valueName: "out"))
  var output: String

  @Option(help: ArgumentHelp("Forward mode: a parameter or KEY[i]; repeatable.", valueName: "key"))
  var parameter: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Forward mode: one value per element.", valueName: "v,v,…"))
  var direction: [String] = []

  @Option(help: ArgumentHelp("Reverse mode: keys separated by commas.", valueName: "key,key"))
  var parameters: String?

  @Option(help: ArgumentHelp("Reverse mode: the adjoint image A.", valueName: "a.exr"))
  var adjoint: String?

  @Option(
    help: ArgumentHelp(
      "How moving silhouettes and shadows are followed: edges, reparameterized, soft or none.", valueName: "name"))
  var visibility: VisibilityEstimator = .edges

  @Option(
    help: ArgumentHelp(
      "With --visibility soft: temperature of the relaxed silhouettes in film widths.", valueName: "width"))
  var temperature: Float?

  @Flag(help: "Forward mode: add layers for the interior part and for edges seen directly, in shadows and indirectly.")
  var breakdown = false

  @OptionGroup(title: "Scene options") var sceneOptions: SceneOptions
  @OptionGroup(title: "Sampling options") var sampling: SamplingOptions
  @OptionGroup(title: "Output options") var outputOptions: OutputOptions

  mutating func validate() throws {
    let isReverse = parameters != nil || adjoint != nil
    let isForward = !parameter.isEmpty || !direction.isEmpty
    if isReverse && isForward {
      throw ValidationError(
        "expected either --parameter (forward) or --parameters with --adjoint (reverse), found both")
    }
    if isReverse && (parameters == nil || adjoint == nil) {
      throw ValidationError("reverse mode needs both --parameters and --adjoint")
    }
    if temperature != nil && visibility != .soft { throw ValidationError("--temperature needs --visibility soft") }
    if let temperature, !(temperature > 0 && temperature <= 10) {
      throw ValidationError("--temperature: expected film widths in 0...10, found \(temperature)")
    }
    if isReverse && breakdown { throw ValidationError("--breakdown needs forward mode, found --adjoint") }
    if !isReverse && parameter.isEmpty { throw ValidationError("expected --parameter, or --parameters with --adjoint") }
  }

  func run() throws {
    if let parameters, let adjoint {
      try ReverseGradient(command: self).run(
        keys: parameters.split(separator: ",").map { String($0) }, adjointPath: adjoint)
    } else {
      try ForwardGradient(command: self).run()
    }
  }

  /// The scene and the elements of θ that `keys` name, each of which must have a derivative in this version.
  func load(_ keys: [String]) throws(Failure) -> (
    scene: Scene, settings: RenderSettings, slices: [DerivativeSlice]
  ) {
    let loaded = try sceneOptions.load(scene)
    outputOptions.warn(loaded.warnings)
    var slices: [DerivativeSlice] = []
    for key in keys { slices.append(try slice(key, in: loaded.scene.structure)) }
    let sensor = try sceneOptions.sensorIndex(in: loaded.scene.structure, path: scene)
    var settings = sampling.settings(sensor: sensor)
    settings.visibility = visibility
    // Whatever the scene's sampler: what is asked for is a derivative with little noise, not independent samples of it.
    settings.sampler = .sobol
    if let temperature { settings.soft = SoftVisibility(temperature: temperature) }
    return (loaded.scene, settings, slices)
  }

  private func slice(_ key: String, in structure: SceneStructure) throws(Failure) -> DerivativeSlice {
    let (parameter, range): (Parameter, Range<Int>)
    do { (parameter, range) = try structure.parameters.resolve(key) } catch { throw Failure(error, file: scene) }
    guard parameter.isDifferentiable else {
      throw Failure(.usage, "\(scene): '\(key)': this version computes no derivative of this parameter")
    }
    return DerivativeSlice(key: key, shape: range.count == parameter.count ? parameter.shape : [], range: range)
  }
}

/// Elements of θ under the name that the user gave them.
struct DerivativeSlice {
  var key: String
  /// Row-major; empty for one element.
  var shape: [Int]
  var range: Range<Int>
}
