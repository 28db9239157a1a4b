import Foundation

enum Angle {
  static func degrees(_ radians: Double) -> Double { radians * 180 / .pi }
  static func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }
  static func arctangent(_ ratio: Double) -> Double { atan(ratio) }
}
