@testable import PenumbraReconstruction

/// Photos of a sphere from around it, drawn analytically.
enum SyntheticPhotos {
  /// A unit-free sphere of radius `radius` about `center`, seen by `count` cameras on a spiral around it.
  static func sphere(radius: Double, center: SIMD3<Double>, count: Int, side: Int = 96) -> [Photo] {
    (0..<count).map { i in
      let angle = 2.399963 * Double(i)
      let z = 1 - 2 * (Double(i) + 0.5) / Double(count)
      let r = (1 - z * z).squareRoot()
      let direction = SIMD3(r * cosine(angle), r * sine(angle), z)
      let position = center + direction * 4
      let forward = -direction
      let helper: SIMD3<Double> = abs(forward.z) < 0.9 ? [0, 0, 1] : [1, 0, 0]
      let right = normalize(cross(forward, helper))
      let pose = CameraPose(right: right, down: cross(forward, right), forward: forward, position: position)
      let camera = Camera(
        Pinhole(width: side, height: side, focal: 1.4 * Double(side), cx: Double(side) / 2, cy: Double(side) / 2), pose)
      let mask = coverage(camera, radius, center)
      return Photo(
        name: "view\(i)", camera: camera, rgb: mask.flatMap { [0.5 * $0, 0.4 * $0, 0.3 * $0] }, mask: mask,
        validity: [Float](repeating: 1, count: side * side), exposure: nil, isHeldOut: false)
    }
  }

  /// Share of each pixel that the sphere covers, from 16 points of it.
  private static func coverage(_ camera: Camera, _ radius: Double, _ center: SIMD3<Double>) -> [Float] {
    let pinhole = camera.pinhole
    let offset = center - camera.pose.position
    return (0..<(pinhole.width * pinhole.height)).map { pixel in
      var hits = 0
      for s in 0..<16 {
        let p = SIMD2(
          Double(pixel % pinhole.width) + (Double(s % 4) + 0.5) / 4,
          Double(pixel / pinhole.width) + (Double(s / 4) + 0.5) / 4)
        let d = normalize(camera.pose.world(pinhole.direction(p)))
        if length(offset - d * dot(d, offset)) < radius { hits += 1 }
      }
      return Float(hits) / 16
    }
  }
}
