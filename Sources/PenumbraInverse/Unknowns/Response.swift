import Foundation

/// What a camera did with the light of a view: I′ = 2^exposure · gain · I^gamma per channel, compared with the linear
/// values of the target.
public struct Response: Sendable, Equatable {
  /// In stops.
  public var exposure: Float = 0
  /// Gains of red and blue relative to green.
  public var whiteBalance = SIMD2<Float>(1, 1)
  /// Exponent of the picture's values; 1 when the camera's curve is known.
  public var gamma: Float = 1

  public init() {}

  /// Numbers of a response in the vector of unknowns: exposure, red, blue, gamma.
  static let count = 4
  static let identity = Response()

  /// - Parameter numbers: shape [4].
  init(_ numbers: ArraySlice<Float>) {
    let i = numbers.startIndex
    (exposure, whiteBalance, gamma) = (numbers[i], SIMD2(numbers[i + 1], numbers[i + 2]), numbers[i + 3])
  }

  var numbers: [Float] { [exposure, whiteBalance.x, whiteBalance.y, gamma] }

  /// Elements within `numbers`, shape and bounds of the parameter called `name`; `nil` when there is none.
  static func parameter(_ name: String) -> (range: Range<Int>, shape: [Int], bounds: ClosedRange<Float>)? {
    switch name {
    case "exposure": (0..<1, [], -20...20)
    case "white_balance": (1..<3, [2], 1e-3...1e3)
    case "gamma": (3..<4, [], 0.1...10)
    default: nil
    }
  }

  static let names = ["exposure", "white_balance", "gamma"]

  private var gains: SIMD3<Float> { exp2f(exposure) * SIMD3(whiteBalance.x, 1, whiteBalance.y) }

  /// I′, shape [pixels × 3].
  func apply(_ picture: [Float]) -> [Float] {
    guard self != .identity else { return picture }
    let gains = gains
    return picture.indices.map { gains[$0 % 3] * power(picture[$0]) }
  }

  /// ∂I′/∂I of every value.
  func slopes(_ picture: [Float]) -> [Float] {
    let gains = gains
    return picture.indices.map { i in
      guard gamma != 1 else { return gains[i % 3] }
      return picture[i] > 0 ? gains[i % 3] * gamma * powf(picture[i], gamma - 1) : 0
    }
  }

  /// ∂I′/∂numbers of value `i` of a picture, where I′ is `value`.
  func derivatives(_ picture: [Float], value: Float, at i: Int) -> SIMD4<Float> {
    let channel = i % 3
    return SIMD4(
      Float(M_LN2) * value, channel == 0 ? value / whiteBalance.x : 0, channel == 2 ? value / whiteBalance.y : 0,
      picture[i] > 0 ? value * logf(picture[i]) : 0)
  }

  private func power(_ x: Float) -> Float { gamma == 1 ? x : (x > 0 ? powf(x, gamma) : 0) }
}
