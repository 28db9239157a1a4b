import Foundation
import Testing

@testable import PenumbraReconstruction

@Suite("Cameras from points of the photos") struct CameraCheckTests {
  /// Cameras on an arc around the origin, as they are and with errors of up to `size` radians and shares of the distance.
  private func cameras(_ count: Int, error size: Double, side: Int = 160) -> (true: [Camera], wrong: [Camera]) {
    var generator = SplitMix(state: 5)
    func unit() -> SIMD3<Double> {
      normalize(
        SIMD3(
          Double.random(in: -1...1, using: &generator), .random(in: -1...1, using: &generator),
          .random(in: -1...1, using: &generator)))
    }
    let pinhole = Pinhole(
      width: side, height: side, focal: 1.4 * Double(side), cx: Double(side) / 2, cy: Double(side) / 2)
    let right = (0..<count).map { i -> Camera in
      let angle = 1.5 * Double(i) / Double(count)
      let back: SIMD3<Double> = normalize([sine(angle), 0.3 * sine(3 * angle), cosine(angle)])
      let x = normalize(cross([0, 1, 0], back))
      return Camera(pinhole, CameraPose(right: x, down: -cross(back, x), forward: -back, position: 4 * back))
    }
    let wrong = right.map {
      Camera(pinhole, $0.pose.moved(rotation: size * unit(), translation: 4 * size * unit()))
    }
    return (right, wrong)
  }

  /// Root mean square over pairs of neighbouring cameras of the error of their relative rotation, in radians: whatever the
  /// whole is turned by.
  private func relativeError(_ found: [CameraPose], _ true: [CameraPose]) -> Double {
    func relative(_ a: CameraPose, _ b: CameraPose) -> [SIMD3<Double>] {
      [b.right, b.down, b.forward].map { [dot($0, a.right), dot($0, a.down), dot($0, a.forward)] }
    }
    var sum = 0.0
    for i in 1..<found.count {
      let (p, q) = (relative(found[i - 1], found[i]), relative(`true`[i - 1], `true`[i]))
      // |R − Q|² = 2 · 2 (1 − cos), about twice the angle squared.
      sum += zip(p, q).reduce(0) { $0 + dot($1.0 - $1.1, $1.0 - $1.1) } / 2
    }
    return (sum / Double(found.count - 1)).squareRoot()
  }

  /// How well turns between two cameras are known, in radians: noise over focal length and the root of the number of
  /// points; about the view's two cross axes worse by distance over depth, as turns and shifts make up for each other but
  /// for parallax.
  ///
  /// - Parameters:
  ///   - noise: standard deviation of a point, in pixels.
  ///   - depth: standard deviation of the points' distances.
  private func expectedTurn(_ noise: Double, focal: Double, points: Double, depth: Double, distance: Double) -> Double {
    let across = distance / depth
    return noise / focal / points.squareRoot() * (2 * (1 + 2 * across * across)).squareRoot()
  }

  /// Points in a cube of side 2, and where cameras see them: with noise, and one in ten somewhere else.
  private func sightings(
    from right: [Camera], noise: Double, count: Int = 300, seed: UInt64 = 9
  ) -> (points: [SIMD3<Double>], observations: [BundleAdjustment.Observation]) {
    var generator = SplitMix(state: seed)
    func random(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &generator) }
    let points = (0..<count).map { _ in SIMD3(random(-1...1), random(-1...1), random(-1...1)) }
    var observations: [BundleAdjustment.Observation] = []
    for (number, point) in points.enumerated() {
      for (index, camera) in right.enumerated() {
        guard let pixel = camera.project(point)?.pixel else { continue }
        // One in ten is somewhere else; the others are off evenly by up to √3 times the noise.
        let reach = random(0...1) < 0.1 ? 30 : noise * 3.0.squareRoot()
        observations.append(
          BundleAdjustment.Observation(
            camera: index, point: number, pixel: pixel + SIMD2(random(-reach...reach), random(-reach...reach))))
      }
    }
    return (points, observations)
  }

  @Test("Cameras wrong by a degree and a percent follow points in spite of noise and of wrong matches")
  func bundle() {
    let (right, wrong) = cameras(12, error: 0.0175)
    let noise = 0.3
    let (points, observations) = sightings(from: right, noise: noise)
    var bundle = BundleAdjustment(cameras: wrong, points: points, observations: observations, distance: 4)
    let before = relativeError(wrong.map(\.pose), right.map(\.pose))
    bundle.solve()
    let expected = expectedTurn(noise, focal: 224, points: 270, depth: 0.58, distance: 4)
    let after = relativeError(bundle.cameras.map(\.pose), right.map(\.pose))
    #expect(before > 0.01)
    // Eleven pairs of three angles scatter by an eighth; Cauchy's weights cost as much.
    #expect(after < 1.5 * expected, "\(after) rad, \(expected) expected")
  }

  @Test("A focal length that is wrong by three percent is found together with the cameras, without bias")
  func focal() {
    let (right, wrong) = cameras(12, error: 0.0175)
    let errors = (0..<5).map { seed in
      let (points, observations) = sightings(from: right, noise: 0.3, count: 150, seed: UInt64(20 + seed))
      var bundle = BundleAdjustment(
        cameras: zoomed(wrong, by: 1.03), points: points, observations: observations, distance: 4, movesFocal: true)
      bundle.solve()
      #expect(bundle.cameras.allSatisfy { abs($0.pinhole.focal / bundle.cameras[0].pinhole.focal - 1) < 1e-12 })
      return log(bundle.cameras[0].pinhole.focal / right[0].pinhole.focal)
    }
    let mean = errors.reduce(0, +) / 5
    let standardError = (errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20).squareRoot()
    #expect(standardError < 0.005)
    // Student's distribution with four degrees of freedom leaves one in a hundred outside.
    #expect(abs(mean) < 4.6 * standardError, "\(errors)")
  }

  private func zoomed(_ cameras: [Camera], by factor: Double) -> [Camera] {
    cameras.map { camera in
      var camera = camera
      camera.pinhole.focal *= factor
      return camera
    }
  }

  /// Photos of a ball with a pattern by its directions.
  private func photos(_ right: [Camera], said: [Camera]) -> [Photo] {
    var generator = SplitMix(state: 11)
    func random() -> Double { .random(in: -60...60, using: &generator) }
    // Waves of no common measure: no two places look the same.
    let waves = (0..<12).map { _ in SIMD3(random(), random(), random()) }
    return zip(right, said).enumerated().map { number, pair in
      let (camera, said) = pair
      let (w, h) = (camera.pinhole.width, camera.pinhole.height)
      var (rgb, mask) = ([Float](repeating: 0, count: 3 * w * h), [Float](repeating: 0, count: w * h))
      for y in 0..<h {
        for x in 0..<w {
          for s in 0..<4 {
            let place = SIMD2(Double(x) + 0.25 + 0.5 * Double(s % 2), Double(y) + 0.25 + 0.5 * Double(s / 2))
            let d = normalize(camera.pose.world(camera.pinhole.direction(place)))
            let b = dot(d, camera.pose.position)
            let inside = b * b - dot(camera.pose.position, camera.pose.position) + 1
            guard inside > 0 else { continue }
            let p = camera.pose.position - d * (b + inside.squareRoot())
            let value = 0.4 + waves.reduce(Float(0)) { $0 + 0.06 * Float(sine(dot($1, p) + $1.x)) }
            for c in 0..<3 { rgb[3 * (y * w + x) + c] += value / 4 }
            mask[y * w + x] += 0.25
          }
        }
      }
      return Photo(
        name: "\(number)", camera: said, rgb: rgb, mask: mask, validity: [Float](repeating: 1, count: w * h),
        exposure: nil, isHeldOut: number % 6 == 5)
    }
  }

  @Test("Photos whose cameras are wrong by a degree are put right, held-out ones by points found without them")
  func photos() throws {
    let (right, wrong) = cameras(12, error: 0.0175, side: 480)
    let check = try #require(CameraCheck(photos(right, said: wrong)))
    #expect(check.corrected.count == 12)
    #expect(check.errorBefore > 2)
    // Blobs are found to some tenths of a pixel.
    #expect(check.errorAfter < 0.5)
    // The half of a ball that is seen is 0.25 deep, in the mean.
    let expected = expectedTurn(0.5, focal: 672, points: 50, depth: 0.25, distance: 3.3)
    #expect(relativeError(check.poses, right.map(\.pose)) < expected)
  }

  @Test("Photos whose focal length is wrong by five percent are put right, held-out ones too")
  func zoomed() throws {
    let (right, wrong) = cameras(12, error: 0.0175, side: 480)
    let check = try #require(CameraCheck(photos(right, said: zoomed(wrong, by: 1.05))))
    #expect(check.corrected.count == 12)
    #expect(check.errorAfter < 0.5)
    // A pixel's noise moves the focal length of 72 points on such a ball by 0.015, by the inverse of JᵀJ; blobs are found to
    // half a pixel.
    let expected = 0.015 * 0.5
    #expect(abs(log(1.05 * check.focalFactor)) < 3 * expected, "\(check.focalFactor), \(check.points.count) points")
  }

  @Test("Cameras that are right are kept to the bit")
  func kept() throws {
    let (right, _) = cameras(12, error: 0, side: 480)
    let check = try #require(CameraCheck(photos(right, said: right)))
    #expect(check.corrected.isEmpty)
    #expect(check.poses == right.map(\.pose) && check.focalFactor == 1)
  }

  @Test("Photos without anything to tell points by say nothing of their cameras")
  func blank() {
    let plain = SyntheticPhotos.sphere(radius: 0.7, center: .zero, count: 8)
    #expect(CameraCheck(plain) == nil)
  }
}
