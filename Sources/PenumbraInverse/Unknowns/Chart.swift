import Foundation

/// The coordinates z in which an optimizer moves the elements x of one unknown.
public enum Chart: Sendable, Equatable {
  /// z = x; bounds by projection.
  case linear
  /// z = ln x, for x > 0.
  case log
  /// z = ln((x − a) / (b − x)), for x strictly inside [a, b].
  case logit(ClosedRange<Float>)
  /// x is an axis-angle vector; a step is a rotation composed with it, so that there is no preferred axis.
  case rotation
  /// z = (I + λL) x of a mesh's vertices.
  case largeSteps(LargeSteps)

  /// Number of coordinates for `count` elements.
  func coordinateCount(_ count: Int) -> Int {
    if case .largeSteps(let steps) = self { return steps.count }
    return count
  }

  func encode(_ x: ArraySlice<Float>) -> [Float] {
    switch self {
    case .linear, .rotation: return Array(x)
    case .log: return x.map { Float(Foundation.log(max(Double($0), 1e-30))) }
    case .logit(let range):
      let width = Double(range.upperBound) - Double(range.lowerBound)
      return x.map {
        // A start on the border would stay there for ever: it begins a ten-thousandth inside.
        let p = min(max((Double($0) - Double(range.lowerBound)) / width, 1e-4), 1 - 1e-4)
        return Float(Foundation.log(p / (1 - p)))
      }
    case .largeSteps(let steps): return steps.encode(Array(x))
    }
  }

  func decode(_ z: ArraySlice<Float>) -> [Float] {
    switch self {
    case .linear, .rotation: return Array(z)
    case .log: return z.map { Float(exp(Double($0))) }
    case .logit(let range):
      let width = Double(range.upperBound) - Double(range.lowerBound)
      return z.map { Float(Double(range.lowerBound) + width / (1 + exp(-Double($0)))).clamped(to: range) }
    case .largeSteps(let steps): return steps.decode(Array(z))
    }
  }

  /// ∂ℒ/∂z from ∂ℒ/∂x at the elements x.
  func pullBack(_ gradient: [Double], at x: ArraySlice<Float>) -> [Double] {
    switch self {
    case .linear: return gradient
    case .log, .logit: return zip(gradient, slopes(at: x)).map { $0 * $1 }
    case .rotation:
      let g = Rotations.pullBack(SIMD3(gradient[0], gradient[1], gradient[2]), at: Self.vector(x))
      return [g.x, g.y, g.z]
    case .largeSteps(let steps): return steps.pullBack(gradient.map { Float($0) }).map(Double.init)
    }
  }

  /// ẋ for a velocity of the coordinates, at the elements x.
  func pushForward(_ velocity: ArraySlice<Float>, at x: ArraySlice<Float>) -> [Float] {
    switch self {
    case .linear: return Array(velocity)
    case .log, .logit: return zip(velocity, slopes(at: x)).map { Float(Double($0) * $1) }
    case .rotation: return Self.numbers(Rotations.pushForward(Self.vector(velocity), at: Self.vector(x)))
    case .largeSteps(let steps): return steps.decode(Array(velocity))
    }
  }

  /// z after a step; linear coordinates stay inside `bounds`.
  func retract(_ z: ArraySlice<Float>, step: ArraySlice<Float>, bounds: ClosedRange<Float>) -> [Float] {
    switch self {
    case .linear: return zip(z, step).map { ($0 + $1).clamped(to: bounds) }
    // Limits beyond which the decoded value would not change, or overflow.
    case .log: return zip(z, step).map { ($0 + $1).clamped(to: -69...69) }
    case .logit: return zip(z, step).map { ($0 + $1).clamped(to: -16...16) }
    case .rotation: return Self.numbers(Rotations.compose(Self.vector(step), after: Self.vector(z)))
    case .largeSteps: return zip(z, step).map { $0 + $1 }
    }
  }

  /// dx/dz per element.
  private func slopes(at x: ArraySlice<Float>) -> [Double] {
    switch self {
    case .log: return x.map { Double($0) }
    case .logit(let range):
      let (a, b) = (Double(range.lowerBound), Double(range.upperBound))
      return x.map { (Double($0) - a) * (b - Double($0)) / (b - a) }
    default: return x.map { _ in 1 }
    }
  }

  private static func vector(_ x: ArraySlice<Float>) -> SIMD3<Double> {
    let i = x.startIndex
    return SIMD3(Double(x[i]), Double(x[i + 1]), Double(x[i + 2]))
  }

  private static func numbers(_ v: SIMD3<Double>) -> [Float] { [Float(v.x), Float(v.y), Float(v.z)] }
}
