@testable import PenumbraTransport

/// Shining shapes before a sky: what is seen is constant, so that visibility alone changes the picture.
enum SoftScene {
  static let shapes = ["ball", "card", "coin", "tube", "gem"]

  enum Camera: Sendable { case perspective, orthographic, lens, fisheye }

  static func shining(_ camera: Camera = .perspective, film: Int = 16) throws -> Scene {
    var scene = TestScene()
    let black = try scene.diffuse([0, 0, 0])
    func add(_ id: String, _ geometry: Geometry, _ radiance: [Float]) throws {
      let pose = try scene.shapePose(id)
      let shape = scene.builder.add(Shape(id: id, geometry: geometry, material: black, pose: pose))
      try scene.area(shape, radiance)
    }
    try add("ball", .sphere(toWorld: scene.matrix(TestScene.placed(at: [0.5, 0.45, 0.2], scale: 0.35))), [3, 1, 2])
    try add(
      "card", .rectangle(toWorld: scene.matrix([0.4, 0, 0, -0.5, 0, 0.3, 0.1, 0.5, 0, -0.1, 0.3, -0.2, 0, 0, 0, 1])),
      [1, 4, 2])
    try add(
      "coin", .disk(toWorld: scene.matrix([0.35, 0, 0, -0.45, 0, 0.35, 0, -0.4, 0, 0, 0.35, 0.1, 0, 0, 0, 1])),
      [2, 3, 5])
    // A cylinder about x, a little oblique; its dark inside is not to be seen.
    try add(
      "tube",
      .cylinder(toWorld: scene.matrix([-0.033, -0.013, 0.6, 0.15, 0.2, 0, 0.1, -0.5, 0, 0.2, 0.04, 0.4, 0, 0, 0, 1])),
      [4, 2, 1])
    let gem = try GeometryScene.ball(&scene, key: "gem", center: [0.05, 0.05, -0.6], radius: 0.3)
    try add("gem", gem, [2, 2, 6])
    try scene.sky([0.5, 0.6, 0.7])
    try addCamera(camera, film, &scene)
    scene.builder.integrator = IntegratorSettings(maxDepth: 1)
    return try scene.builder.build()
  }

  private static func addCamera(_ camera: Camera, _ film: Int, _ scene: inout TestScene) throws {
    let view = TestScene.lookAt([0.3, -0.2, 3.5], [0, 0, 0])
    switch camera {
    case .perspective: try scene.camera(view, fov: 36, width: film, height: film)
    case .lens: try scene.lensCamera(view, aperture: 0.05, focus: 3.2, fov: 36)
    case .fisheye:
      try scene.bentCamera(
        view, fov: 40, distortion: [0.3, -0.1, 0, 0], isFisheye: true, width: film, height: film)
    case .orthographic:
      // Across the tube, so that its inside is not to be seen here either.
      let view = TestScene.lookAt([-0.2, -0.2, 3.5], [0, 0, 0])
      let pose = try scene.pose("sensor")
      scene.builder.add(
        Sensor(
          id: "sensor", projection: .orthographic, toWorld: scene.matrix(view), pose: pose,
          film: Film(width: film, height: film, filter: .box())))
    }
  }

  /// A blocker between a light and a floor that fills the view.
  static func shadow(_ shape: String, light: String) throws -> Scene {
    var scene = TestScene()
    scene.floor(try scene.diffuse([0.7, 0.6, 0.5]))
    let grey = try scene.diffuse([0.5, 0.5, 0.5])
    let pose = try scene.shapePose("blocker")
    let geometry: Geometry =
      switch shape {
      case "sphere": .sphere(toWorld: scene.matrix(TestScene.placed(at: [0.1, 0, 1.3], scale: 0.3)))
      case "cylinder":
        .cylinder(toWorld: scene.matrix([0, 0, 0.7, -0.3, 0.2, 0, 0.1, 0, 0, 0.2, 0, 1.3, 0, 0, 0, 1]))
      case "disk": .disk(toWorld: scene.matrix(TestScene.placed(at: [0.1, 0, 1.3], scale: 0.4)))
      default: try GeometryScene.ball(&scene, key: "blocker", center: [0.1, 0, 1.3], radius: 0.3)
      }
    // Far above the view, and the floor's border is far from it: only shadows move.
    _ = scene.builder.add(Shape(id: "blocker", geometry: geometry, material: grey, pose: pose))
    switch light {
    case "point": try scene.point([0.2, 0.1, 3], [9, 8, 7], key: "bulb")
    case "sun": try scene.directional([0.1, 0.05, -1], [2, 3, 2], pose: try scene.pose("sun"))
    default:
      let lamp = scene.add(
        Geometry.rectangle, [0.3, 0, 0, 0.2, 0, -0.3, 0, 0, 0, 0, -1, 3, 0, 0, 0, 1], try scene.diffuse([0, 0, 0]),
        id: "lamp")
      try scene.area(lamp, [30, 20, 25])
    }
    try scene.camera(TestScene.lookAt([0, -1.2, 0.6], [0, -0.3, 0], up: [0, 0, 1]), fov: 30, width: 12, height: 12)
    scene.builder.integrator = IntegratorSettings(maxDepth: 2)
    return try scene.builder.build()
  }
}
