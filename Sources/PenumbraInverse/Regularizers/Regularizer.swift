import PenumbraTransport

/// A mean of penalties of linear forms Σ cⱼ xⱼ − b of the unknowns: differences of neighbours, or distances from a value.
public struct Regularizer: Sendable, Equatable {
  /// Term t has its entries at `starts[t]..<starts[t + 1]`.
  private var starts: [Int32] = [0]
  private var indices: [Int32] = []
  private var coefficients: [Float] = []
  private var offsets: [Float] = []
  /// |d| instead of d².
  private let isAbsolute: Bool
  private let weight: Float

  /// Rounds the tip of |d|: differences far below it count as squares.
  private static let tip: Float = 1e-3

  /// - Throws: where the key is not an unknown, or its elements have no neighbours.
  init(_ request: RegularizerRequest, unknowns: Unknowns, in scene: Scene) throws(InverseError) {
    guard let index = unknowns.slices.firstIndex(where: { $0.name == request.key }) else {
      let names = unknowns.slices.map(\.name)
      let hint = Spelling.nearest(to: request.key, among: names).map { ", did you mean '\($0)'?" } ?? ""
      throw request.fault(
        "expected one of the unknowns \(names.joined(separator: ", ")), found '\(request.key)'\(hint)")
    }
    let (slice, positions) = (unknowns.slices[index], unknowns.positions[index])
    isAbsolute = request.kind == .totalVariation
    weight = request.weight
    if request.kind == .prior {
      let values = request.value ?? slice.initial
      guard values.count == 1 || values.count == positions.count else {
        throw request.fault("value: expected \(positions.count) values or one, found \(values.count)")
      }
      for (k, position) in positions.enumerated() {
        add([(position, 1)], offset: values[values.count == 1 ? 0 : k])
      }
      return
    }
    guard let neighbours = Neighbourhood(slice, in: scene) else {
      throw request.fault("'\(request.key)': expected texels or vertices, found a parameter without neighbours")
    }
    let first = positions.lowerBound
    for element in positions.indices.map({ $0 - first }) {
      let around = neighbours.around(element)
      if request.kind == .laplacian {
        guard !around.isEmpty else { continue }
        add([(first + element, 1)] + around.map { (first + $0, -1 / Float(around.count)) }, offset: 0)
      } else {
        for other in around where other > element { add([(first + element, 1), (first + other, -1)], offset: 0) }
      }
    }
  }

  private mutating func add(_ entries: [(Int, Float)], offset: Float) {
    for (index, coefficient) in entries {
      indices.append(Int32(index))
      coefficients.append(coefficient)
    }
    starts.append(Int32(indices.count))
    offsets.append(offset)
  }

  private func form(_ term: Int, _ x: [Float]) -> Float {
    var sum = -offsets[term]
    for entry in Int(starts[term])..<Int(starts[term + 1]) { sum += coefficients[entry] * x[Int(indices[entry])] }
    return sum
  }

  /// φ(d), φ′(d) and φ′(d)/d.
  private func penalty(_ d: Float) -> (value: Float, slope: Float, curvature: Float) {
    guard isAbsolute else { return (d * d, 2 * d, 2) }
    let root = (d * d + Self.tip * Self.tip).squareRoot()
    return (root - Self.tip, d / root, 1 / root)
  }

  private var scale: Float { weight / Float(max(offsets.count, 1)) }

  /// The value at the unknowns x; adds its gradient, shape [n].
  func evaluate(_ x: [Float], addingTo gradient: inout [Float]) -> Double {
    var value = 0.0
    for term in offsets.indices {
      let (φ, slope, _) = penalty(form(term, x))
      value += Double(φ)
      for entry in Int(starts[term])..<Int(starts[term + 1]) {
        gradient[Int(indices[entry])] += scale * slope * coefficients[entry]
      }
    }
    return Double(scale) * value
  }

  /// Adds value, gradient and Gauss–Newton Hessian.
  func add(_ x: [Float], to model: inout Linearization) {
    var gradient = [Float](repeating: 0, count: x.count)
    model.loss += evaluate(x, addingTo: &gradient)
    for i in gradient.indices { model.gradient[i] += Double(gradient[i]) }
    for term in offsets.indices {
      let curvature = scale * penalty(form(term, x)).curvature
      let range = Int(starts[term])..<Int(starts[term + 1])
      for a in range {
        for b in range {
          model.hessian[Int(indices[a]), Int(indices[b])] += Double(curvature * coefficients[a] * coefficients[b])
        }
      }
    }
  }

  /// Adds its Gauss–Newton Hessian times v.
  func addCurvature(_ x: [Float], along v: [Float], to product: inout [Float]) {
    for term in offsets.indices {
      let range = Int(starts[term])..<Int(starts[term + 1])
      let along = range.reduce(Float(0)) { $0 + coefficients[$1] * v[Int(indices[$1])] }
      let curvature = scale * penalty(form(term, x)).curvature * along
      for entry in range { product[Int(indices[entry])] += curvature * coefficients[entry] }
    }
  }
}
