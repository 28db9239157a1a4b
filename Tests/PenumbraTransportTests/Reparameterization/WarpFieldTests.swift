import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct WarpFieldTests {
  private static let kernel = WarpKernel(radius: 0.7)

  @Test("Offsets of auxiliary rays have the density that is stated: uniform in area and in the logarithm of length")
  func density() {
    // Rings of equal ratio hold the integral of the density over their area.
    let edges: [Float] = [0, 3e-4, 3e-3, 0.03, 0.3, 0.6, 1]
    var counts = [Double](repeating: 0, count: edges.count - 1)
    var inverse = counts
    var sampler = PathSampler(kind: .independent, seed: 3, pixel: 0, sample: 0)
    let draws = 200_000
    for _ in 0..<draws {
      let (offset, density) = Self.kernel.sample(sampler.next2D())
      let rho = (offset * offset).sum().squareRoot() / Self.kernel.radius
      let ring = min((edges.lastIndex { rho >= $0 }) ?? 0, counts.count - 1)
      counts[ring] += 1
      inverse[ring] += 1 / Double(density)
    }
    for k in counts.indices where counts[k] > 100 {
      // The mean of 1 / density over a ring's draws is its area; inside a ring it varies by less than its square.
      let area = Double(Float.pi * (edges[k + 1] * edges[k + 1] - edges[k] * edges[k]))
      let estimate = inverse[k] / Double(draws)
      #expect(abs(estimate - area) < 5 * 2 * area / counts[k].squareRoot(), "ring \(k): \(estimate), \(area)")
    }
  }

  @Test("A weight's gradient is that of its differences when the place of the field moves")
  func gradient() {
    for offset in [SIMD2<Float>(0.1, -0.2), SIMD2(0.5, 0.3), SIMD2(0.02, 0.01)] {
      for margin: Float in [0.01, 0.2, 2] {
        let h: Float = 1e-3 * (offset * offset).sum().squareRoot()
        let gradient = Self.kernel.weight(offset, margin: margin).gradient
        for axis in 0..<2 {
          var step = SIMD2<Float>.zero
          step[axis] = h
          // The place moves by +h: what is seen lies h nearer along the axis.
          let difference =
            (Self.kernel.weight(offset - step, margin: margin).value
              - Self.kernel.weight(offset + step, margin: margin).value) / (2 * h)
          // The value varies over the offset's length: rounding of a difference over 1e-3 of it is 6e-5 of the value
          // over that length, truncation 2e-5.
          let value = Self.kernel.weight(offset, margin: margin).value
          #expect(abs(difference - gradient[axis]) < 3e-4 * value / (offset * offset).sum().squareRoot())
        }
      }
    }
  }

  @Test("The flux of the field through an outline is that of the outline's own velocity", arguments: [false, true])
  func flux(hasDiagonal: Bool) {
    // A square whose points move away from its centre, before something that rests: ∫ div V over the square is
    // ∮ v · n = 2 · area.
    let half: Float = 10
    let kernel = WarpKernel(radius: 6)
    var field = WarpField(perRay: 1)
    defer { field.deallocate() }
    var sampler = PathSampler(kind: .independent, seed: 11, pixel: 0, sample: 0)
    var mean = Estimate()
    for _ in 0..<200_000 {
      let x = (sampler.next2D() * 2 - 1) * half
      field.fill(kernel, &sampler) { offset, sights, _ in
        let s = x + offset
        let margin = min(half - abs(s.x), half - abs(s.y))
        sights[0].kind = margin > 0 ? .surface : .still
        sights[0].hit.position = Vector3(s.x, s.y, 0)
        // An edge inside, across which the motion is the same, changes nothing.
        let inner = hasDiagonal ? abs(s.x - s.y) * Float(0.5).squareRoot() : .infinity
        sights[0].margin = margin > 0 ? min(margin, inner) : kernel.radius
      }
      var divergence: Float = 0
      field.forEach((.zero, .zero), divergence: .one) { sight, _, x, y in
        divergence += x.x * sight.pointee.hit.position.x + y.x * sight.pointee.hit.position.y
      }
      mean.add(Double(divergence))
    }
    // The bias that the last doubling and the kernel's resolution leave is documented as 1e-3.
    #expect(mean.agrees(with: 2, rounding: 2e-3 * 2), "\(mean)")
    #expect(mean.standardError < 0.01, "too noisy to tell: \(mean)")
  }
}

struct OutlineMarginTests {
  @Test("The margin of a hit on a sphere is its angle from the outline, to first order")
  func sphere() throws {
    var scene = TestScene()
    scene.add(Geometry.sphere, TestScene.placed(at: [0, 0, 5], scale: 1), try scene.diffuse([0.5, 0.5, 0.5]))
    try scene.camera(TestScene.lookAt(.zero, [0, 0, 1]))
    let renderer = try Renderer(scene.builder.build())
    let kernel = renderer.expanded.kernel
    let outline = asin(Float(0.2))
    for inside: Float in [1e-3, 4e-3, 1.6e-2] {
      let angle = outline - inside
      let ray = Ray(origin: .zero, direction: Vector3(sin(angle), 0, cos(angle)))
      let hit = try #require(kernel.intersect(ray))
      let margin = kernel.outlineMargin(hit, ray, isParallel: false)
      // The margin takes the outline at the hit's distance; both differ by terms of the order of √inside.
      #expect(margin > 0.5 * inside && margin < 1.5 * inside, "\(margin) for \(inside)")
    }
  }

  @Test("The margin of a hit on a triangle is the angle to the plane through its nearest side")
  func triangle() throws {
    var scene = TestScene()
    let mesh = try scene.mesh(
      key: "card", [Vector3(-1, -1, 4), Vector3(1, -1, 4), Vector3(-1, 1, 4)], normals: nil, triangles: [[0, 1, 2]])
    let grey = try scene.diffuse([0.5, 0.5, 0.5])
    _ = scene.builder.add(Shape(id: "card", geometry: mesh, material: grey))
    try scene.camera(TestScene.lookAt(.zero, [0, 0, 1]))
    let renderer = try Renderer(scene.builder.build())
    let kernel = renderer.expanded.kernel
    // 0.1 from the side x = −1, in the plane at distance 4: the angle between the ray and the plane through that side.
    let ray = Ray(origin: .zero, direction: Vector3(-0.9, -0.2, 4).normalized)
    let hit = try #require(kernel.intersect(ray))
    let plane = Vector3(4, 0, 1).normalized
    let expected = abs(dot(ray.direction, plane))
    #expect(abs(kernel.outlineMargin(hit, ray, isParallel: false) - expected) < 1e-5)
    let parallel = Ray(origin: Vector3(-0.9, -0.2, 0), direction: Vector3(0, 0, 1))
    let straight = try #require(kernel.intersect(parallel))
    #expect(abs(kernel.outlineMargin(straight, parallel, isParallel: true) - 0.1) < 1e-5)
  }
}
