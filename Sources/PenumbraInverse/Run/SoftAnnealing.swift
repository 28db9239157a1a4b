import Foundation
public import PenumbraTransport

/// Relaxed visibility over a run: wide silhouettes first, so that objects feel targets they do not touch; narrower and
/// narrower ones; and in the end exact edges, which have no bias.
public struct SoftAnnealing: Sendable, Equatable {
  /// Temperature of the first iteration, in film widths.
  public var first: Float = 0.1
  /// Temperature of the last relaxed iteration.
  public var last: Float = 0.001
  /// Part of all iterations that are relaxed.
  public var share = 0.6

  public init() {}

  /// Sets how the gradient of one iteration follows visibility.
  public func apply(to settings: inout RenderSettings, iteration: Int, of iterations: Int) {
    let relaxed = (share * Double(iterations)).rounded(.up)
    guard Double(iteration) < relaxed else { return settings.visibility = .edges }
    let progress = relaxed > 1 ? Double(iteration) / (relaxed - 1) : 0
    settings.visibility = .soft
    settings.soft = SoftVisibility(temperature: first * Float(pow(Double(last / first), progress)))
  }
}
