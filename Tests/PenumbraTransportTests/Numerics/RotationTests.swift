import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// Inputs: axis-angle vector, then the vector to rotate.
private struct RotationFunction: LocalFunction {
  func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S] {
    let v = Rotation(axisAngle: Vector(x[0], x[1], x[2])).apply(Vector(x[3], x[4], x[5]))
    return [v.x, v.y, v.z]
  }
}

/// Inputs: rotation (3), translation (3), scale.
private struct PosedMap: LocalFunction {
  let matrix: [Float]

  func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S] {
    matrix.withUnsafeBufferPointer {
      AffineMap<S>(rowMajor: $0.baseAddress!).posed(
        scale: x[6], rotation: Vector(x[0], x[1], x[2]), translation: Vector(x[3], x[4], x[5]),
        pivot: Vector3(0.5, -1, 2)
      ).entries
    }
  }
}

struct RotationTests {
  @Test(
    "A rotation differentiates with respect to its axis-angle vector, at rest and across the series' end",
    arguments: [
      SIMD3<Float>(0, 0, 0), [1e-4, 0, 0], [6e-3, -7e-3, 3e-3], [0.011, 0, 0], [0.5, 1, -2], [0, 3.1, 0],
    ])
  func derivative(_ w: SIMD3<Float>) {
    expectPartialsMatchDifferences(of: RotationFunction(), at: [w.x, w.y, w.z, 0.3, -1, 2], step: 1e-4)
  }

  @Test(
    "A rotation keeps lengths and turns by its angle about its axis",
    arguments: [Float(0), 1e-5, 5e-3, 0.02, 0.7, 3])
  func turnsByItsAngle(_ angle: Float) {
    let turn = Rotation<Float>(axisAngle: Vector(0, 0, angle))
    let v = turn.apply(Vector(2, 0, 5)).value
    #expect(abs(v.x - 2 * cos(angle)) < 1e-6)
    #expect(abs(v.y - 2 * sin(angle)) < 1e-6)
    #expect(abs(v.z - 5) < 1e-6)
  }

  @Test("A posed map differentiates with respect to scale, rotation and translation")
  func posedMap() {
    let matrix: [Float] = [0.6, -0.8, 0, 1, 0.8, 0.6, 0, 2, 0, 0, 1, -3]
    for w in [SIMD3<Float>(0, 0, 0), [0.3, -0.2, 0.9]] {
      expectPartialsMatchDifferences(
        of: PosedMap(matrix: matrix), at: [w.x, w.y, w.z, 0.1, 0, -0.4, 1.3], step: 1e-4)
    }
  }

  @Test("A frame is orthonormal and right-handed for every normal, the poles included")
  func frames() {
    for n in [Vector3(0, 0, 1), [0, 0, -1], [1, 0, 0], [0.6, -0.48, -0.64], [1e-4, 0, -1]] {
      let frame = Frame(normal: n.normalized)
      #expect(abs(dot(frame.s, frame.t)) < 1e-6)
      #expect(abs(dot(frame.s, frame.n)) < 1e-6)
      #expect((cross(frame.s, frame.t) - frame.n).length < 1e-6)
      let v = Vector3(0.2, -0.7, 0.4)
      #expect((frame.toWorld(frame.toLocal(v)) - v).length < 1e-6)
    }
  }
}
