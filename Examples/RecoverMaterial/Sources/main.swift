// Recovers the materials of a room and its lamp from three photos.
//
//   swift run -c release RecoverMaterial [FOLDER]
import Foundation
import Penumbra

// The room of the quickstart: its geometry is right, its materials are guesses.
let room = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appending(path: "../../../Scenes/quickstart").standardizedFileURL.path
let folder = CommandLine.arguments.dropFirst().first ?? "."

var loaded = try SceneReader.load(path: "\(room)/scene.xml")
let photos = (0..<3).map { Problem.Target(image: "\(room)/photo_\($0).png", sensor: "cam\($0)") }
let views = try TargetView.load(photos, for: loaded.scene)

// All that is wrong about the scene is unknown; what is left out would spoil the rest.
let keys = [
  "left.reflectance.value", "right.reflectance.value", "floor.reflectance.value", "metal.alpha.value",
  "ceramic.base_color.value", "ceramic.roughness.value", "lamp.emitter.radiance.value",
]
var problem = InverseProblem(scene: loaded.scene, views: views, unknowns: keys.map { Problem.Unknown(key: $0) })
problem.optimizer.iterations = 20

for try await step in problem.steps {
  print("step \(step.iteration): loss \(step.loss)")
  loaded.scene = step.scene
  if let verdict = step.verdict { print(verdict) }
}

let parameters = loaded.scene.structure.parameters
for key in keys.prefix(4) { print(key, loaded.scene.theta[try parameters.resolve(key).range].map { $0 }) }

// A scene that loads here and in Mitsuba 3, and a picture from a camera that took no photo.
try SceneWriter.write(loaded, to: "\(folder)/room")
try loaded.scene.set("cam0.translate", to: "0.3, 0.2, 0.1")
var settings = RenderSettings()
settings.samplesPerPixel = 128
let picture = try Renderer(loaded.scene).render(settings)
try Image(width: picture.width, height: picture.height, values: picture.rgb).write(to: "\(folder)/room.png")
print("\(folder)/room.png")
