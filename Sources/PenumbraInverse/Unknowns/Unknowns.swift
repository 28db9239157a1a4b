public import PenumbraTransport

/// The numbers that an optimization may change, gathered into one vector: elements of θ, and of the views' responses.
public struct Unknowns: Sendable, Equatable {
  /// One slice under the name its user gave it.
  public struct Slice: Sendable, Equatable {
    /// Key, alias or `KEY[i]` as written by the user.
    public var name: String
    /// Row-major shape of the slice; empty for a scalar or a single element.
    public var shape: [Int]
    /// Elements of θ; beyond its end, those of the responses, four per view.
    public var range: Range<Int>
    /// Values at the start, shape [range.count].
    public var initial: [Float]
    /// Allowed values of every element.
    public var bounds: ClosedRange<Float>
    /// Step size of Adam, in the unit of the optimizer's coordinate.
    public var rate: Float
    /// Longest step of a second-order optimizer, in the unit of the optimizer's coordinate: a quarter of its edges for
    /// a mesh, half the size of the scene for poses. Beyond it no linear model of a picture means anything. ∞ for no limit.
    public var reach = Float.infinity
    /// Coordinates in which the optimizer moves.
    public var chart = Chart.linear
    /// Whether it moves silhouettes or shadows.
    public var movesEdges = false
  }

  /// In the user's order.
  public let slices: [Slice]
  /// Number of elements of θ.
  let thetaCount: Int
  /// Number of unknown elements n.
  public var count: Int { slices.reduce(0) { $0 + $1.range.count } }
  /// Unknown elements of θ.
  public var ranges: [Range<Int>] { slices.map(\.range).filter { $0.upperBound <= thetaCount } }
  /// Start of the optimization, shape [n].
  public var initial: [Float] { slices.flatMap(\.initial) }
  /// Shape [n].
  public var bounds: [ClosedRange<Float>] { expand(\.bounds) }
  /// Shape [n].
  public var rates: [Float] { expand(\.rate) }

  /// Finds the unknowns of a problem in a scene.
  ///
  /// The default learning rate is relative: it is multiplied by max(1, mean |initial|) of the parameter, so that a lamp
  /// of radiance 500 and an albedo of 0.5 both get there in about as many steps; with large steps by the size of the
  /// mesh. A rate given for one unknown is absolute, in the unit of that parameter.
  /// - Parameters:
  ///   - defaultRate: rate of unknowns without their own.
  ///   - responses: those of the views, to which `targets[i].NAME` refers.
  ///   - prefersSmoothMaps: whether bounds become logarithms or log-odds where no map was asked for.
  /// - Throws: for unknown keys, parameters without derivatives, values outside bounds and overlapping unknowns.
  public init(
    _ requests: [Problem.Unknown], in scene: Scene, defaultRate: Float, responses: [Response] = [],
    prefersSmoothMaps: Bool = false
  ) throws(InverseError) {
    let search = UnknownSearch(
      scene: scene, responses: responses, defaultRate: defaultRate, prefersSmoothMaps: prefersSmoothMaps)
    var slices: [Slice] = []
    for request in requests {
      let slice = try search.slice(request)
      if let other = slices.first(where: { $0.range.overlaps(slice.range) }) {
        throw request.fault("'\(request.key)' and '\(other.name)' share elements; list each unknown once")
      }
      slices.append(slice)
    }
    guard !slices.isEmpty else {
      throw InverseError(.invalidProblem, "expected at least one unknown parameter, found none")
    }
    self.slices = slices
    thetaCount = scene.theta.count
  }

  private func expand<Value>(_ path: KeyPath<Slice, Value>) -> [Value] {
    slices.flatMap { Array(repeating: $0[keyPath: path], count: $0.range.count) }
  }

  /// Copies the unknowns `values`, shape [n], to their places in θ.
  public func scatter(_ values: [Float], into theta: inout [Float]) {
    for (slice, positions) in zip(slices, positions) where slice.range.upperBound <= thetaCount {
      theta.replaceSubrange(slice.range, with: values[positions])
    }
  }

  /// The unknown elements of a vector laid out like θ, followed by the responses when any of them is unknown, shape [n].
  public func gather(_ theta: [Float]) -> [Float] { slices.flatMap { theta[$0.range] } }

  /// The responses of the views at the unknowns `values`.
  ///
  /// - Parameter start: the responses where they are not unknown.
  func responses(_ values: [Float], start: [Response]) -> [Response] {
    var numbers = start.flatMap(\.numbers)
    for (slice, positions) in zip(slices, positions) where slice.range.lowerBound >= thetaCount {
      numbers.replaceSubrange(
        (slice.range.lowerBound - thetaCount)..<(slice.range.upperBound - thetaCount), with: values[positions])
    }
    return start.indices.map { Response(numbers[(Response.count * $0)..<(Response.count * ($0 + 1))]) }
  }

  /// Elements of θ, or of the responses behind it, in the order of the vector of unknowns, shape [n].
  var elements: [Int] { slices.flatMap { Array($0.range) } }

  /// Where a slice's elements are in a vector of unknowns, for every slice.
  public var positions: [Range<Int>] {
    var end = 0
    return slices.map { slice in
      defer { end += slice.range.count }
      return end..<(end + slice.range.count)
    }
  }

  /// A name for every element: `KEY` for a scalar, else `KEY[i]`, shape [n].
  var elementNames: [String] {
    slices.flatMap { slice in
      slice.shape.isEmpty ? [slice.name] : (0..<slice.range.count).map { "\(slice.name)[\($0)]" }
    }
  }
}
