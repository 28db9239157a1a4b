import Foundation
import Penumbra

/// Balls in the order of a sunflower's seeds on a grey floor, under a sky and a lamp: a scene without a file.
struct Sunflower {
  /// Number of balls.
  var seeds: Int
  private var builder = SceneBuilder()

  init(seeds: Int) { self.seeds = seeds }

  /// - Throws: what is wrong with the scene; nothing is, unless this code is changed.
  func scene(width: Int, height: Int) throws -> Scene {
    var copy = self
    try copy.addFloor()
    for seed in 0..<seeds { try copy.addBall(seed) }
    try copy.addLights()
    try copy.addCamera(width: width, height: height)
    return try copy.builder.build()
  }

  /// A parameter with a key can be set, differentiated and recovered; hidden numbers cannot.
  private mutating func color(_ key: String, _ values: [Float]) throws -> TextureID {
    let parameter = Parameter(key: key, shape: [3], bounds: 0...1)
    return builder.add(.constant(offset: try builder.declare(parameter, values: values), channels: 3))
  }

  private mutating func addFloor() throws {
    let grey = builder.add(Material.diffuse(reflectance: try color("floor.reflectance.value", [0.4, 0.4, 0.42])))
    // A rectangle lies in the xy plane with its normal along +z: turned to +y, and 40 wide.
    let place: [Float] = [20, 0, 0, 0, 0, 0, 20, 0, 0, -20, 0, 0, 0, 0, 0, 1]
    _ = builder.add(Shape(id: "floor", geometry: .rectangle(toWorld: builder.addHidden(place)), material: grey))
  }

  /// Ball number i stands at the angle i · 137.5° and the distance √i.
  private mutating func addBall(_ seed: Int) throws {
    let (angle, distance) = (Float(seed) * 2.399963, 0.42 * Float(seed + 1).squareRoot())
    let radius = 0.13 + 0.2 * distance / 5
    let warmth = Float(seed) / Float(seeds)
    let color = try color("ball\(seed).reflectance.value", [0.75, 0.5 - 0.4 * warmth, 0.08 + 0.3 * warmth * warmth])
    let one = builder.addHiddenConstant([1])
    let material: Material =
      seed % 5 == 4
      ? .roughConductor(
        distribution: .ggx, alphaU: builder.addHiddenConstant([0.15]), alphaV: builder.addHiddenConstant([0.15]),
        eta: builder.addHiddenConstant([0.143, 0.3753, 1.4421]), k: builder.addHiddenConstant([3.983, 2.386, 1.603]),
        specularReflectance: one)
      : .plastic(eta: builder.addHidden([1.5]), diffuseReflectance: color, specularReflectance: one, isNonlinear: false)
    let place: [Float] = [
      radius, 0, 0, distance * cos(angle), 0, radius, 0, radius, 0, 0, radius, distance * sin(angle), 0, 0, 0, 1,
    ]
    let id = builder.add(material)
    _ = builder.add(Shape(id: "ball\(seed)", geometry: .sphere(toWorld: builder.addHidden(place)), material: id))
  }

  private mutating func addLights() throws {
    builder.add(Emitter(id: "sky", source: .constant(radiance: builder.addHiddenConstant([0.35, 0.45, 0.6]))))
    // A square lamp overhead, shining down.
    let black = builder.add(Material.diffuse(reflectance: builder.addHiddenConstant([0])))
    let place: [Float] = [1.5, 0, 0, -4, 0, 0, -1.5, 7, 0, 1.5, 0, 2, 0, 0, 0, 1]
    let lamp = builder.add(Shape(id: "lamp", geometry: .rectangle(toWorld: builder.addHidden(place)), material: black))
    builder.add(Emitter(id: "lamplight", source: .area(shape: lamp, radiance: builder.addHiddenConstant([14, 12, 9]))))
  }

  /// Looks along +z of its matrix, with +y up and +x to the left of the picture.
  private mutating func addCamera(width: Int, height: Int) throws {
    let fov = try builder.declare(Parameter(key: "camera.x_fov", movesDiscontinuities: true), values: [50])
    let (c, s) = (Float(0.707), Float(0.707))
    let place: [Float] = [-1, 0, 0, 0, 0, c, -s, 6.5, 0, -s, -c, 6.5, 0, 0, 0, 1]
    builder.add(
      Sensor(
        id: "camera",
        projection: .perspective(
          xFov: fov, principalPointX: builder.addHidden([0]), principalPointY: builder.addHidden([0])),
        toWorld: builder.addHidden(place), film: Film(width: width, height: height)))
  }
}
