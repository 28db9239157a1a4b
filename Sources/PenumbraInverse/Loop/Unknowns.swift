public import PenumbraTransport

/// The elements of θ that an optimization may change, gathered into one vector.
public struct Unknowns: Sendable, Equatable {
  /// One slice of θ under the name its user gave it.
  public struct Slice: Sendable, Equatable {
    /// Key, alias or `KEY[i]` as written by the user.
    public var name: String
    /// Row-major shape of the slice; empty for a scalar or a single element.
    public var shape: [Int]
    /// Elements of θ.
    public var range: Range<Int>
    /// Values at the start, shape [range.count].
    public var initial: [Float]
    /// Allowed values of every element.
    public var bounds: ClosedRange<Float>
    /// Step size of Adam, in the unit of the parameter.
    public var rate: Float
  }

  /// In the user's order.
  public let slices: [Slice]
  /// Number of unknown elements n.
  public var count: Int { slices.reduce(0) { $0 + $1.range.count } }
  public var ranges: [Range<Int>] { slices.map(\.range) }
  /// Start of the optimization, shape [n].
  public var initial: [Float] { slices.flatMap(\.initial) }
  /// Shape [n].
  public var bounds: [ClosedRange<Float>] { expand(\.bounds) }
  /// Shape [n].
  public var rates: [Float] { expand(\.rate) }

  /// Finds the unknowns of a problem in a scene.
  ///
  /// The default learning rate is relative: it is multiplied by max(1, mean |initial|) of the parameter, so that a lamp
  /// of radiance 500 and an albedo of 0.5 both get there in about as many steps. A rate given for one unknown is
  /// absolute, in the unit of that parameter.
  /// - Parameter defaultRate: rate of unknowns without their own.
  /// - Throws: for unknown keys, parameters without derivatives, values outside bounds and overlapping unknowns.
  public init(_ requests: [Problem.Unknown], in scene: Scene, defaultRate: Float) throws(InverseError) {
    var slices: [Slice] = []
    for request in requests {
      let slice = try Self.slice(request, in: scene, defaultRate: defaultRate)
      if let other = slices.first(where: { $0.range.overlaps(slice.range) }) {
        throw request.fault("'\(request.key)' and '\(other.name)' share elements; list each unknown once")
      }
      slices.append(slice)
    }
    guard !slices.isEmpty else {
      throw InverseError(.invalidProblem, "expected at least one unknown parameter, found none")
    }
    self.slices = slices
  }

  private static func slice(
    _ request: Problem.Unknown, in scene: Scene, defaultRate: Float
  ) throws(InverseError) -> Slice {
    let (parameter, range): (Parameter, Range<Int>)
    do { (parameter, range) = try scene.structure.parameters.resolve(request.key) } catch {
      throw request.fault(error.message)
    }
    guard parameter.isDifferentiable else {
      throw request.fault("'\(request.key)': this version computes no derivative of this parameter")
    }
    let bounds = request.bounds ?? parameter.bounds
    let initial = try initialValues(request, present: Array(scene.theta[range]))
    for (index, value) in initial.enumerated() where !bounds.contains(value) {
      throw request.fault("'\(request.key)' initial[\(index)]: expected a value in \(bounds), found \(value)")
    }
    let scale = max(1, initial.reduce(0) { $0 + abs($1) } / Float(initial.count))
    return Slice(
      name: request.key, shape: range.count == parameter.count ? parameter.shape : [], range: range, initial: initial,
      bounds: bounds, rate: request.learningRate ?? defaultRate * scale)
  }

  private static func initialValues(
    _ request: Problem.Unknown, present: [Float]
  ) throws(InverseError) -> [Float] {
    guard let initial = request.initial else { return present }
    if initial.count == 1 { return Array(repeating: initial[0], count: present.count) }
    guard initial.count == present.count else {
      throw request.fault("'\(request.key)' initial: expected \(present.count) values or one, found \(initial.count)")
    }
    return initial
  }

  private func expand<Value>(_ path: KeyPath<Slice, Value>) -> [Value] {
    slices.flatMap { Array(repeating: $0[keyPath: path], count: $0.range.count) }
  }

  /// Copies the unknowns `values`, shape [n], to their places in θ.
  public func scatter(_ values: [Float], into theta: inout [Float]) {
    var position = 0
    for slice in slices {
      theta.replaceSubrange(slice.range, with: values[position..<(position + slice.range.count)])
      position += slice.range.count
    }
  }

  /// The unknown elements of a vector laid out like θ, shape [n].
  public func gather(_ theta: [Float]) -> [Float] { slices.flatMap { theta[$0.range] } }

  /// Where a slice's elements are in a vector of unknowns, for every slice.
  public var positions: [Range<Int>] {
    var end = 0
    return slices.map { slice in
      defer { end += slice.range.count }
      return end..<(end + slice.range.count)
    }
  }
}
