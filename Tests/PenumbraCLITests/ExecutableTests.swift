import Foundation
import Penumbra
import Testing

@testable import PenumbraCLI

@Suite("The executable") struct ExecutableTests {
  private let penumbra: Executable

  init() throws {
    penumbra = try #require(try Executable(), "penumbra is built beside the tests")
    try penumbra.write(Executable.scene, as: "scene.xml")
  }

  @Test("A quiet render writes its picture, the JSON asked for, and nothing else")
  func render() throws {
    let result = try penumbra.run("render scene.xml -o a.exr --quiet --json - --threads 2 --seed 7")
    #expect(result.status == 0 && result.errors.isEmpty)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(
      Set(json.keys) == ["seconds", "spp", "rays", "rejected", "peak_bytes", "threads", "seed"])
    #expect(json["spp"] as? Int == 4 && json["threads"] as? Int == 2 && json["seed"] as? Int == 7)
    let image = try Image.read(penumbra.path("a.exr"))
    #expect(image.width == 16 && image.height == 16 && image.values.contains { $0 > 0.1 })
  }

  @Test("The number of threads does not change a byte")
  func determinism() throws {
    for threads in [1, 3] {
      _ = try penumbra.run("render scene.xml -o \(threads).exr --quiet --threads \(threads) --size 40x30")
    }
    #expect(try penumbra.contents("1.exr") == penumbra.contents("3.exr"))
  }

  @Test(
    "Refusals are one line that names the file, with the right code, and leave no output",
    arguments: [
      ("render none.xml -o a.png", 66, "none.xml"), ("render bad.xml -o a.png", 65, "bad.xml"),
      ("render scene.xml -o a.png --set gray.reflectance.value=1", 64, "grey.reflectance.value"),
      ("render scene.xml -o a.png --set grey.reflectance.value=2", 64, "scene.xml"),
      ("render scene.xml -o a.png --sensor camra", 64, "camera"),
      ("render scene.xml -o a.txt", 64, "a.txt"), ("render scene.xml -o none/a.png", 66, "none/a.png"),
      ("gradient scene.xml --parameter grey.reflectance.value -o a.png", 64, "a.png"),
      ("gradient scene.xml --parameters lamp.intensity.value --adjoint none.exr -o a.png", 66, "none.exr"),
      ("compare scene.xml scene.xml", 65, "scene.xml"), ("convert none.png a.png", 66, "none.png"),
      ("convert scene.xml a.png", 64, "ending in .xml"), ("reconstruct photos -o a.png", 66, "photos"),
      ("optimize scene.xml --target none.png --parameters grey.reflectance.value -o a.png", 66, "none.png"),
      ("optimize problem.yaml -o a.png", 65, "none.png"),
    ])
  func refusals(line: String, status: Int32, text: String) throws {
    try penumbra.write("<scene version=\"3.0.0\"><shape></scene>", as: "bad.xml")
    try penumbra.write(
      "scene: scene.xml\ntargets: [{image: none.png}]\nunknowns: [{key: grey.reflectance.value}]\n", as: "problem.yaml")
    let result = try penumbra.run(line)
    #expect(result.status == status)
    #expect(result.errors.hasPrefix("penumbra: ") && result.errors.contains(text), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(!penumbra.exists("a.png") && !penumbra.exists("a.exr") && !penumbra.exists("a.txt"))
  }

  @Test("Forward and reverse derivatives of one parameter agree")
  func gradient() throws {
    let options = "--quiet --spp 64 --size 8x8"
    _ = try penumbra.run("render scene.xml -o ones.pfm \(options) --set lamp.intensity.value=0")
    try Image(width: 8, height: 8, repeating: 1).write(to: penumbra.path("ones.exr"))
    let forward = try penumbra.run("gradient scene.xml --parameter grey.reflectance.value[1] -o d.exr \(options)")
    #expect(forward.status == 0, "\(forward.errors)")
    let reverse = try penumbra.run(
      "gradient scene.xml --parameters grey.reflectance.value --adjoint ones.exr -o gradients \(options)")
    #expect(reverse.status == 0, "\(reverse.errors)")
    let image = try Image.read(penumbra.path("d.exr"))
    let sum = image.values.reduce(0.0) { $0 + Double($1) }
    let json = try #require(
      try JSONSerialization.jsonObject(with: penumbra.contents("gradients/gradient.json")) as? [String: [Double]])
    let green = try #require(json["grey.reflectance.value"]?[1])
    #expect(abs(sum - green) < 0.01 * abs(green), "\(sum) \(green)")
    #expect(penumbra.exists("gradients/grey.reflectance.value.npy"))
  }

  @Test("inspect lists parameters for people and for programs")
  func inspect() throws {
    let listing = try penumbra.run("inspect scene.xml")
    #expect(listing.output.contains("\nfloor.bsdf.reflectance.value  "))
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(try penumbra.run("inspect scene.xml --json -").output.utf8))
        as? [String: Any])
    #expect(Set(json.keys) == ["sensors", "shapes", "emitters", "triangles", "parameters"])
  }

  @Test("A picture equals itself; pictures of different sizes are 65")
  func compare() throws {
    _ = try penumbra.run("render scene.xml -o a.png --quiet")
    _ = try penumbra.run("render scene.xml -o b.png --quiet --size 8x8")
    let same = try penumbra.run("compare a.png a.png -o diff.png --json -")
    #expect(same.status == 0 && same.output.contains("\"ssim\": 1.0"))
    #expect(penumbra.exists("diff.png"))
    #expect(try penumbra.run("compare a.png b.png").status == 65)
  }
}
