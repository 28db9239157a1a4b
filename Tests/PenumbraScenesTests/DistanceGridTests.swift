import Foundation
import Testing

@testable import PenumbraScenes

struct DistanceGridTests {
  /// Distances to a ball at the middle.
  private static func ball(_ sides: SIMD3<Int>, radius: Float) -> DistanceGrid {
    var values: [Float] = []
    for z in 0..<sides.z {
      for y in 0..<sides.y {
        for x in 0..<sides.x {
          let p = SIMD3<Float>(SIMD3(x, y, z)) / SIMD3<Float>(sides &- 1) - 0.5
          values.append((p * p).sum().squareRoot() - radius)
        }
      }
    }
    return DistanceGrid(size: sides, values: values)
  }

  /// A trilinear field of the second derivatives 1/r errs by h² / 8 per axis and 1/r: three of them, at r − h.
  @Test(
    "The surface of a ball's distances is the ball, and its normals are the radii",
    arguments: [
      SIMD3(24, 24, 24), SIMD3(16, 32, 20),
    ])
  func ball(_ sides: SIMD3<Int>) {
    let (radius, step) = (Float(0.35), 1 / Float(sides.min() - 1))
    let bound = 3 * step * step / 8 / (radius - step)
    let grid = Self.ball(sides, radius: radius)
    let mesh = grid.mesh(in: grid.crossedCells, .smooth)
    #expect(mesh.vertexCount > 1000)
    for index in 0..<mesh.vertexCount {
      let p = SIMD3<Float>(mesh.position(index)) - 0.5
      let r = (p * p).sum().squareRoot()
      #expect(abs(r - radius) <= bound)
      let n = SIMD3(mesh.normals[3 * index], mesh.normals[3 * index + 1], mesh.normals[3 * index + 2])
      // Gradients err by h / 2 times the second derivatives, and each of the cells that are mixed looks half a cell farther.
      #expect((n * p).sum() / r >= cos(2 * step / (radius - step)))
    }
    // Every edge has two sides.
    var open: [SIMD2<UInt32>: Int] = [:]
    for t in mesh.triangles {
      for (a, b) in [(t.x, t.y), (t.y, t.z), (t.z, t.x)] {
        open[SIMD2(min(a, b), max(a, b)), default: 0] += a < b ? 1 : -1
      }
    }
    #expect(open.values.allSatisfy { $0 == 0 })
  }

  @Test("A plane between two layers is found where the field is 0, however few cells there are") func plane() {
    let grid = DistanceGrid(size: SIMD3(2, 2, 2), values: [-1, -1, -1, -1, 3, 3, 3, 3])
    for kind in DistanceGrid.Normals.allCases {
      let mesh = grid.mesh(in: grid.crossedCells, kind)
      for index in 0..<mesh.vertexCount {
        // The plane passes through corners of the 32 steps, off which vertices are kept by a thousandth of a step.
        #expect(abs(mesh.position(index).z - 0.25) <= 1e-3 / 32 + 1e-6)
        #expect(abs(mesh.normals[3 * index + 2] - 1) < 1e-6)
      }
    }
  }

  @Test("Damaged volumes give one error that says what was expected")
  func damaged() throws {
    func volume(_ sides: [UInt32], version: UInt8 = 3, type: UInt32 = 1, channels: UInt32 = 1, count: Int) -> [UInt8] {
      var bytes: [UInt8] = [0x56, 0x4F, 0x4C, version]
      for word in [type] + sides + [channels] + [UInt32](repeating: 0, count: 6 + count) {
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) }
      }
      return bytes
    }
    _ = try VolumeReader.read(volume([2, 2, 2], count: 8), file: "a.vol")
    for (bytes, expected) in [
      (volume([2, 2, 2], count: 7), "8 numbers"), (volume([1, 2, 2], count: 4), "along each axis"),
      (volume([.max, 2, 2], count: 8), "along each axis"), (volume([2, 2, 2], version: 2, count: 8), "version 3"),
      (volume([2, 2, 2], type: 2, count: 8), "version 3"), (volume([2, 2, 2], channels: 3, count: 24), "1 channel"),
      ([1, 2, 3], "'VOL'"), (Array(volume([2, 2, 2], count: 8).prefix(30)), "'VOL'"),
    ] {
      #expect { _ = try VolumeReader.read(bytes, file: "a.vol") } throws: { error in
        (error as? SceneError)?.expected?.contains(expected) ?? false
      }
    }
  }
}
