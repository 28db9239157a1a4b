import Testing

@testable import PenumbraReconstruction

@Suite("Camera conventions") struct CameraConventionTests {
  /// A camera at (1, 2, 3) that looks along −z of the world with +y up, as a camera of OpenGL at rest does.
  private let rest = CameraPose(right: [1, 0, 0], down: [0, -1, 0], forward: [0, 0, -1], position: [1, 2, 3])

  @Test("An identity matrix looks along −z in OpenGL and +z elsewhere, right where x says")
  func identity() throws {
    let identity: [Double] = [1, 0, 0, 1, 0, 1, 0, 2, 0, 0, 1, 3, 0, 0, 0, 1]
    #expect(try #require(CameraConvention.openGL.pose(cameraToWorld: identity)) == rest)
    let cv = try #require(CameraConvention.openCV.pose(cameraToWorld: identity))
    #expect(cv.forward == [0, 0, 1] && cv.down == [0, 1, 0] && cv.right == [1, 0, 0])
    let mitsuba = try #require(CameraConvention.mitsuba.pose(cameraToWorld: identity))
    #expect(mitsuba.forward == [0, 0, 1] && mitsuba.down == [0, -1, 0] && mitsuba.right == [-1, 0, 0])
  }

  @Test(
    "Matrices of every convention lead back to the pose, and all are rotations", arguments: CameraConvention.allCases)
  func roundTrip(convention: CameraConvention) throws {
    let pose = rest.moved(rotation: [0.3, -0.7, 0.2], translation: [0.5, -1, 2])
    let matrix = convention.cameraToWorld(pose)
    let back = try #require(convention.pose(cameraToWorld: matrix))
    for (a, b) in [(back.right, pose.right), (back.down, pose.down), (back.forward, pose.forward)] {
      #expect(length(a - b) < 1e-12)
    }
    #expect(back.position == pose.position)
    #expect(abs(dot(cross(back.right, back.down), back.forward) - 1) < 1e-12)
  }

  @Test("Mitsuba's matrix is OpenGL's with x and z turned round")
  func mitsubaFromOpenGL() {
    let pose = rest.moved(rotation: [0.1, 0.9, -0.4], translation: .zero)
    let (gl, mitsuba) = (CameraConvention.openGL.cameraToWorld(pose), CameraConvention.mitsuba.cameraToWorld(pose))
    for row in 0..<3 {
      #expect(mitsuba[4 * row] == -gl[4 * row])
      #expect(mitsuba[4 * row + 1] == gl[4 * row + 1])
      #expect(mitsuba[4 * row + 2] == -gl[4 * row + 2])
      #expect(mitsuba[4 * row + 3] == gl[4 * row + 3])
    }
  }

  @Test("Mirrored, sheared and transposed matrices are refused; a common scale is removed")
  func refusals() throws {
    let mirrored: [Double] = [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
    #expect(CameraConvention.openGL.pose(cameraToWorld: mirrored) == nil)
    let sheared: [Double] = [1, 0.2, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
    #expect(CameraConvention.openGL.pose(cameraToWorld: sheared) == nil)
    let scaled: [Double] = [2, 0, 0, 1, 0, 2, 0, 2, 0, 0, 2, 3]
    #expect(try #require(CameraConvention.openGL.pose(cameraToWorld: scaled)) == rest)
    #expect(CameraConvention.openGL.pose(cameraToWorld: [.nan] + mirrored.dropFirst()) == nil)
  }

  @Test("COLMAP's x = R X + t is the pose's own projection")
  func colmap() throws {
    // 90° about x: R maps (0, 1, 0) to (0, 0, 1).
    let half = 0.5.squareRoot()
    let pose = try #require(CameraPose(colmapRotation: [half, half, 0, 0], translation: [1, 2, 3]))
    let local = pose.local([0, 1, 0])
    #expect(length(local - SIMD3(1, 2, 4)) < 1e-12)
    #expect(CameraPose(colmapRotation: .zero, translation: .zero) == nil)
  }

  @Test("A point right of and above the axis lands right of and above the principal point")
  func projection() throws {
    let camera = Camera(Pinhole(width: 100, height: 80, focal: 50, cx: 40, cy: 30), rest)
    let (pixel, depth) = try #require(camera.project([2, 3, -7]))
    #expect(pixel == SIMD2(45, 25) && depth == 10)
    #expect(camera.project([1, 2, 4]) == nil)
  }
}
