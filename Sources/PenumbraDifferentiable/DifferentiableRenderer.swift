public import PenumbraTransport
public import _Differentiation

/// A renderer as a differentiable function from some parameters to a picture, to be composed with functions of one's own:
///
///     let camera = try DifferentiableRenderer(scene, parameters: ["lamp.translate"])
///     let (loss, slope) = valueWithGradient(at: x) { x in distance(camera.picture(path(x)), photo) }
///
/// Its registered derivative is the renderer's reverse mode, moving silhouettes and shadows included; Swift's own
/// differentiation never enters it. The derivative is estimated with random numbers of its own, so that it is independent
/// of the noise of the picture.
public final class DifferentiableRenderer {
  public let renderer: Renderer
  public let settings: RenderSettings
  /// Elements of θ that are arguments, in the order of the keys.
  public let ranges: [Range<Int>]
  /// Values of the arguments in the scene, shape [n].
  public let initial: [Float]
  /// Why the last picture or derivative could not be computed, which is then NaN; a differentiable function cannot throw.
  public private(set) var failure: TransportError?

  /// - Parameters:
  ///   - parameters: keys, or `KEY[i]`, of the arguments.
  ///   - settings: sensor, samples and seed of the picture.
  /// - Throws: for unknown keys, parameters without derivatives, and scenes that cannot be expanded.
  public init(_ scene: Scene, parameters: [String], settings: RenderSettings = RenderSettings()) throws(TransportError)
  {
    var ranges: [Range<Int>] = []
    for key in parameters {
      let (parameter, range) = try scene.structure.parameters.resolve(key)
      guard parameter.isDifferentiable else {
        throw TransportError(.notDifferentiable, "'\(key)': this version computes no derivative of this parameter")
      }
      ranges.append(range)
    }
    self.ranges = ranges
    self.settings = settings
    initial = ranges.flatMap { scene.theta[$0] }
    renderer = try Renderer(scene)
  }

  /// The picture, linear RGB, shape [height × width × 3].
  ///
  /// - Parameter arguments: values of the parameters one after the other, shape [n].
  @differentiable(reverse,wrt: arguments)
  public func picture(_ arguments: [Float]) -> [Float] {
    do {
      try update(arguments)
      return try renderer.render(settings).rgb
    } catch {
      failure = error
      return [Float](repeating: .nan, count: pixelCount)
    }
  }

  @derivative(of: picture, wrt: arguments)
  @usableFromInline
  func pictureWithPullback(_ arguments: [Float]) -> (
    value: [Float], pullback: (Array<Float>.TangentVector) -> Array<Float>.TangentVector
  ) {
    (picture(arguments), { adjoint in Array<Float>.TangentVector(self.gradient(at: arguments, adjoint.base)) })
  }

  /// Σ A · ∂I for every argument.
  ///
  /// - Parameter adjoint: A, shape [height × width × 3]; empty for a zero.
  private func gradient(at arguments: [Float], _ adjoint: [Float]) -> [Float] {
    guard !adjoint.isEmpty else { return [Float](repeating: 0, count: arguments.count) }
    do {
      try update(arguments)
      var fresh = settings
      fresh.seed = settings.seed ^ 0x9e37_79b9_7f4a_7c15
      let gradient = try renderer.reverse(fresh, adjoint: adjoint, requested: ranges).gradient
      return ranges.flatMap { gradient[$0] }
    } catch {
      failure = error
      return [Float](repeating: .nan, count: arguments.count)
    }
  }

  private var pixelCount: Int {
    let film = renderer.structure.sensors[settings.sensor].film
    return 3 * film.width * film.height
  }

  private func update(_ arguments: [Float]) throws(TransportError) {
    precondition(arguments.count == initial.count, "\(arguments.count) arguments for \(initial.count) elements")
    var theta = renderer.theta
    var first = 0
    for range in ranges {
      theta.replaceSubrange(range, with: arguments[first..<(first + range.count)])
      first += range.count
    }
    guard theta != renderer.theta else { return }
    try renderer.update(theta: theta)
  }
}
