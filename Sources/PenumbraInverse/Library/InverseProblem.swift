public import PenumbraTransport
import Synchronization

/// An inverse problem in memory, for programs: solved step by step as an asynchronous sequence.
///
///     let problem = InverseProblem(scene: scene, views: views, unknowns: [.init(key: "lamp.radiance.value")])
///     for try await step in problem.steps { print(step.iteration, step.loss) }
///
/// A task that is cancelled stops within a tile of the render at hand; the sequence then throws `.cancelled`.
public struct InverseProblem: Sendable {
  /// Start of the search.
  public var scene: Scene
  /// What the sensors should see.
  public var views: [TargetView]
  public var unknowns: [Problem.Unknown]
  public var loss = Loss(.l2)
  /// Losses of your own, added to `loss`; with any, the optimizer must be one by gradients.
  public var customLosses: [any PictureLoss] = []
  public var regularizers: [RegularizerRequest] = []
  public var optimizer = OptimizerSettings()
  /// Seed, threads, ranks, path depth and visibility; sensor and samples come from views and optimizer.
  public var render = RenderSettings()

  public init(scene: Scene, views: [TargetView], unknowns: [Problem.Unknown]) {
    self.scene = scene
    self.views = views
    self.unknowns = unknowns
  }

  /// One finished iteration.
  public struct Step: Sendable {
    /// Finished iterations, from 1.
    public var iteration: Int
    /// ℒ at the point where the iteration began.
    public var loss: Double
    /// Pictures rendered of every view so far.
    public var renders: Int
    /// The scene after the iteration.
    public var scene: Scene
    /// Values of the unknowns, one entry per requested key.
    public var values: [String: [Float]]
    /// Why it ended, on the last step of a run that ended by itself.
    public var verdict: String?
  }

  /// What the search found.
  public struct Solution: Sendable {
    public var scene: Scene
    public var values: [String: [Float]]
    public var steps: Int
    public var renders: Int
    /// `nil` where the loss or the number of unknowns does not allow standard errors.
    public var uncertainty: Uncertainty?
    /// Of an optimizer `variational`; `nil` for others.
    public var posterior: Posterior?
  }

  /// The iterations, lazily: each is computed when it is asked for.
  public var steps: Steps { Steps(problem: self) }

  /// Runs all iterations.
  ///
  /// - Parameter samples: factor of the samples per pixel with which standard errors are estimated.
  public func solve(samples: Int = 4) async throws -> Solution {
    let solver = try Solver(self)
    return try await solver.whileNotCancelled { solver in
      while try solver.advance() != nil {}
      return try solver.solution(samples: samples)
    }
  }
}

extension InverseProblem {
  /// How a solution moves with the targets, by implicit differentiation: nothing is solved again.
  ///
  /// - Parameters:
  ///   - solution: of this problem.
  ///   - samples: factor of the samples per pixel with which its derivatives are estimated.
  /// - Throws: `.unsupported` for losses other than squares, for responses as unknowns and for many unknowns; `.failed` where
  ///   the pictures do not determine the unknowns.
  public func sensitivity(of solution: Solution, samples: Int = 4) async throws -> SolutionSensitivity {
    let solver = try Solver(self)
    return try await solver.whileNotCancelled { try $0.sensitivity(at: solution.scene, samples: samples) }
  }
}

extension InverseProblem {
  /// The steps of a search.
  public struct Steps: AsyncSequence, Sendable {
    public typealias Element = Step
    let problem: InverseProblem

    public func makeAsyncIterator() -> Iterator { Iterator(problem: problem, solver: nil) }

    public struct Iterator: AsyncIteratorProtocol {
      fileprivate let problem: InverseProblem
      fileprivate var solver: Solver?

      /// - Throws: what is wrong with the problem, at the first call; `.cancelled` when the task is.
      public mutating func next() async throws -> Step? {
        let solver = try self.solver ?? Solver(problem)
        self.solver = solver
        return try await solver.whileNotCancelled { try $0.advance() }
      }
    }
  }

  /// Owns the renderer and the state of one search.
  fileprivate actor Solver {
    private let objective: RenderObjective
    private var state: Optimization
    private let scene: Scene
    private let stop: StopFlag

    init(_ problem: InverseProblem) throws(InverseError) {
      let unknowns = try Unknowns(
        problem.unknowns, in: problem.scene, defaultRate: problem.optimizer.learningRate,
        responses: problem.views.map(\.response), prefersSmoothMaps: problem.optimizer.kind == .variational)
      try Self.check(problem)
      try problem.optimizer.check(loss: problem.loss, unknowns: unknowns.count)
      var scene = problem.scene
      unknowns.scatter(unknowns.initial, into: &scene.theta)
      self.scene = scene
      let stop = StopFlag()
      self.stop = stop
      var settings = problem.render
      settings.samplesPerPixel = problem.optimizer.samplesPerPixel
      var facts = OptimizerChoice.Problem(unknowns, views: problem.views, loss: problem.loss)
      if !problem.customLosses.isEmpty { facts.hasResiduals = false }
      facts.isSoft = problem.render.visibility == .soft
      facts.viewsPerStep = problem.optimizer.viewsPerStep
      let choice = OptimizerChoice(problem.optimizer.kind, for: facts)
      do {
        var objective = RenderObjective(
          renderer: try Renderer(scene), views: problem.views, unknowns: unknowns, loss: problem.loss,
          settings: settings, monitor: RenderMonitor(isCancelled: { stop.isRaised }))
        objective.customLosses = problem.customLosses
        objective.viewsPerStep = problem.optimizer.viewsPerStep
        objective.weighsNoise = choice.kind == .levenbergMarquardt
        if problem.render.visibility == .soft {
          objective.annealing = (SoftAnnealing(), problem.optimizer.iterations)
        }
        objective.regularizers = try problem.regularizers.map { try Regularizer($0, unknowns: unknowns, in: scene) }
        self.objective = objective
      } catch let error as TransportError { throw InverseError(error) } catch let error as InverseError {
        throw error
      } catch {
        throw InverseError(.failed, "\(error)")
      }
      state = Optimization(
        unknowns, settings: problem.optimizer, choice: choice, seed: problem.render.seed)
    }

    private static func check(_ problem: InverseProblem) throws(InverseError) {
      guard !problem.views.isEmpty else {
        throw InverseError(.invalidProblem, "expected at least one view, found none")
      }
      let sensors = problem.scene.structure.sensors
      for view in problem.views {
        guard sensors.indices.contains(view.sensor) else {
          throw InverseError(
            .invalidProblem, "\(view.name): expected a sensor in 0..<\(sensors.count), found \(view.sensor)")
        }
        let film = sensors[view.sensor].film
        guard film.width == view.width, film.height == view.height else {
          throw InverseError(
            .invalidProblem,
            "\(view.name): expected \(film.width)×\(film.height) pixels, found \(view.width)×\(view.height)")
        }
      }
    }

    /// Runs `body`; cancelling the task stops renders within.
    func whileNotCancelled<Result: Sendable>(
      _ body: @Sendable (isolated Solver) throws -> Result
    ) async throws -> Result {
      try await withTaskCancellationHandler {
        try body(self)
      } onCancel: {
        stop.raise()
      }
    }

    /// `nil` when the search is over.
    func advance() throws(InverseError) -> Step? {
      if stop.isRaised { throw InverseError(.cancelled, "stopped") }
      guard !state.isFinished else { return nil }
      try state.advance(objective)
      return Step(
        iteration: state.iteration, loss: state.history.rows.last?.loss ?? .nan, renders: state.renders,
        scene: present, values: values, verdict: state.verdict)
    }

    func solution(samples: Int) throws(InverseError) -> Solution {
      Solution(
        scene: present, values: values, steps: state.iteration, renders: state.renders,
        uncertainty: try objective.uncertainty(
          state.values, samples: max(samples, state.samplesPerPixel / state.settings.samplesPerPixel),
          spent: state.spentSamples),
        posterior: state.posterior)
    }

    /// The solution's derivative by the targets, from derivatives at `scene`.
    func sensitivity(at scene: Scene, samples: Int) throws(InverseError) -> SolutionSensitivity {
      try objective.sensitivity(
        objective.unknowns.gather(scene.theta), draw: Draw(Self.sensitivityDraw, samples: samples))
    }

    /// A draw that no iteration reaches.
    private static let sensitivityDraw = 1 << 42

    private var present: Scene {
      var scene = scene
      objective.unknowns.scatter(state.values, into: &scene.theta)
      return scene
    }

    private var values: [String: [Float]] {
      let x = state.values
      let unknowns = objective.unknowns
      return Dictionary(
        zip(unknowns.slices, unknowns.positions).map { ($0.name, Array(x[$1])) },
        uniquingKeysWith: { first, _ in first })
    }
  }
}

/// Raised once, read from any thread.
private final class StopFlag: Sendable {
  private let raised = Atomic<Bool>(false)
  var isRaised: Bool { raised.load(ordering: .relaxed) }
  func raise() { raised.store(true, ordering: .relaxed) }
}
