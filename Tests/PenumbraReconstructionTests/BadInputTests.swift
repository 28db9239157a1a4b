import Testing

@testable import PenumbraReconstruction

@Suite("Inputs that cannot be what they say") struct BadInputTests {
  private func set(_ change: (CameraPose) -> CameraPose?) -> PhotoSet {
    var photos = SyntheticPhotos.sphere(radius: 0.7, center: [0.3, 0.1, -0.2], count: 12)
    for i in photos.indices { if let pose = change(photos[i].camera.pose) { photos[i].camera.pose = pose } }
    return PhotoSet(photos: photos, bounds: nil, points: [], warnings: [])
  }

  private func refusal(_ set: PhotoSet) -> String? {
    do throws(ReconstructionError) {
      try SilhouetteCheck.verify(set, path: "my photos")
      return nil
    } catch { return error.message }
  }

  @Test("Cameras in the axes that are asked for pass")
  func right() { #expect(refusal(set { $0 }) == nil) }

  @Test("Cameras in OpenCV axes are refused with a line that names the photos and the axes")
  func axes() throws {
    // What a file in OpenCV axes looks like when it is read as one in OpenGL axes.
    let wrong = set { CameraConvention.openGL.pose(cameraToWorld: CameraConvention.openCV.cameraToWorld($0)) }
    let message = try #require(refusal(wrong))
    #expect(message.hasPrefix("my photos: ") && message.contains("camera-to-world in OpenCV axes"), "\(message)")
  }

  @Test("World-to-camera matrices are refused with a line that says so")
  func inverse() throws {
    let wrong = set { pose in
      let p = pose.position
      let rows = [pose.right, -pose.down, -pose.forward].flatMap { [$0.x, $0.y, $0.z, -dot($0, p)] }
      return CameraConvention.openGL.pose(cameraToWorld: rows + [0, 0, 0, 1])
    }
    let message = try #require(refusal(wrong))
    #expect(message.contains("world-to-camera in OpenGL axes"), "\(message)")
  }

  @Test("Cameras that look elsewhere are refused with a line that says what to check")
  func elsewhere() throws {
    var turn = 0.0
    let wrong = set { pose in
      turn += 1
      return pose.moved(rotation: [0.9 * sine(turn), 0.9 * cosine(turn), 0], translation: .zero)
    }
    let message = try #require(refusal(wrong))
    #expect(message.contains("nothing lies inside all 12"), "\(message)")
  }
}
