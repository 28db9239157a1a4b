// Colours a lamp until the picture is as warm as wanted: Swift differentiates what is before and behind the renderer.
//
//   swift run -c release CustomLoss [FOLDER]
import Foundation
import Penumbra
import PenumbraDifferentiable
import _Differentiation

/// Radiance of the lamp: one number moves light from blue (−1) to red (1).
@differentiable(reverse)
func radiance(warmth: Float) -> [Float] { [2 * (1 + warmth), 2, 2 * (1 - warmth)] }

/// How much more red than blue there is in a picture.
@differentiable(reverse)
func warmth(of picture: [Float]) -> Float {
  var (red, blue): (Float, Float) = (0, 0)
  for pixel in withoutDerivative(at: 0..<(picture.count / 3)) {
    red += picture[3 * pixel]
    blue += picture[3 * pixel + 2]
  }
  return red / blue
}

let room = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appending(path: "../../../Scenes/quickstart").standardizedFileURL.path
let folder = CommandLine.arguments.dropFirst().first ?? "."
// Small pictures: Swift's own derivatives of arrays take a while.
let options = SceneLoadOptions(filmSize: (width: 40, height: 30))
let scene = try SceneReader.load(path: "\(room)/scene.xml", options: options).scene
var settings = RenderSettings()
settings.samplesPerPixel = 64

let camera = try DifferentiableRenderer(scene, parameters: ["lamp.emitter.radiance.value"], settings: settings)
let wanted: Float = 2.5
var lamp: Float = 0
for step in 0..<10 {
  let (loss, slope) = valueWithGradient(at: lamp) { lamp in
    let difference = warmth(of: camera.picture(radiance(warmth: lamp))) - wanted
    return difference * difference
  }
  if let failure = camera.failure { throw failure }
  print("step \(step): lamp at \(lamp), loss \(loss), slope \(slope)")
  lamp -= 0.015 * slope
}

var lit = try SceneReader.load(path: "\(room)/scene.xml").scene
try lit.set("lamp.emitter.radiance.value", to: radiance(warmth: lamp).map { "\($0)" }.joined(separator: ","))
settings.samplesPerPixel = 256
let picture = try Renderer(lit).render(settings)
try Image(width: picture.width, height: picture.height, values: picture.rgb).write(to: "\(folder)/warm.png")
print("\(folder)/warm.png: warmth \(warmth(of: picture.rgb)), wanted \(wanted)")
