// Turns a camera until the centre of light is where it should be in the picture, by a loss that Swift differentiates.
//
//   swift run -c release CustomLoss [FOLDER]
import Foundation
import Penumbra
import PenumbraDifferentiable
import _Differentiation

/// The horizontal centre of light in a picture, 0 at its left and 1 at its right edge.
@differentiable(reverse,wrt: picture)
func centre(_ picture: [Float], _ width: Int) -> Float {
  var (moment, total): (Float, Float) = (0, 0)
  for i in withoutDerivative(at: picture.indices) {
    let column = (Float((i / 3) % width) + 0.5) / Float(width)
    moment += column * picture[i]
    total += picture[i]
  }
  return moment / total
}

let room = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appending(path: "../../../Scenes/quickstart").standardizedFileURL.path
let folder = CommandLine.arguments.dropFirst().first ?? "."
let options = SceneLoadOptions(filmSize: (width: 80, height: 60))
var scene = try SceneReader.load(path: "\(room)/scene.xml", options: options).scene
var settings = RenderSettings()
settings.samplesPerPixel = 32

// One number turns the camera about the vertical axis; silhouettes move, and their derivatives are included.
let camera = try DifferentiableRenderer(scene, parameters: ["cam0.rotate"], settings: settings)
let width = scene.structure.sensors[0].film.width
let wanted: Float = 0.56
var turn: Float = 0
for step in 0..<12 {
  let (loss, slope) = valueWithGradient(at: turn) { turn in
    let difference = centre(camera.picture([0, turn, 0]), width) - wanted
    return 100 * difference * difference
  }
  if let failure = camera.failure { throw failure }
  print("step \(step): turned by \(turn * 180 / .pi)°, loss \(loss), slope \(slope)")
  turn -= 0.04 * slope
}

try scene.set("cam0.rotate", to: "0, \(turn), 0")
settings.samplesPerPixel = 256
let picture = try Renderer(scene).render(settings)
try Image(width: picture.width, height: picture.height, values: picture.rgb).write(to: "\(folder)/turned.png")
print("\(folder)/turned.png: the centre of light is at \(centre(picture.rgb, width)), wanted \(wanted)")
