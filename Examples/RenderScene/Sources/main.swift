// Builds a scene in Swift, renders it, and shows how the picture changes with the field of view.
//
//   swift run -c release RenderScene [FOLDER]
import Foundation
import Penumbra

let folder = CommandLine.arguments.dropFirst().first ?? "."
let scene = try Sunflower(seeds: 120).scene(width: 480, height: 320)
let renderer = try Renderer(scene)
var settings = RenderSettings()
settings.samplesPerPixel = 64

let picture = try renderer.render(settings)
try Image(width: picture.width, height: picture.height, values: picture.rgb).write(to: "\(folder)/sunflower.png")
print("\(folder)/sunflower.png: \(picture.statistics.rays) rays")

// Balls grow and move outwards when the field of view shrinks: their outlines are where the picture changes.
let (_, fov) = try scene.structure.parameters.resolve("camera.x_fov")
var direction = [Float](repeating: 0, count: scene.theta.count)
direction[fov.lowerBound] = 1
let derivative = try renderer.forward(settings, tangent: direction)
// Grey where nothing changes, brighter where the picture gains light and darker where it loses some.
let shown = derivative.derivative.map { 0.2 + 0.3 * $0 }
try Image(width: derivative.width, height: derivative.height, values: shown).write(to: "\(folder)/derivative.png")
print("\(folder)/derivative.png: ∂picture / ∂camera.x_fov")
