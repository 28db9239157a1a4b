import Foundation

enum Decibel {
  static func logarithm(_ x: Double) -> Double { log10(x) }
}
