import PenumbraScenes
import PenumbraTransport
import Testing

/// A BSDF of a scene file with the keys that it must have and the values of some.
struct MaterialPluginCase: Sendable, CustomTestStringConvertible {
  let text: String
  let keys: [String]
  let values: [String: [Float]]
  var testDescription: String { text }

  init(_ text: String, _ keys: [String], _ values: [String: [Float]] = [:]) {
    (self.text, self.keys, self.values) = (text, keys, values)
  }

  static let diffuse = "<bsdf type=\"diffuse\"/>"

  static let all: [MaterialPluginCase] = [
    MaterialPluginCase("<bsdf type=\"roughdielectric\" id=\"m\"/>", ["eta", "alpha.value"], ["alpha.value": [0.1]]),
    MaterialPluginCase(
      "<bsdf type=\"roughdielectric\" id=\"m\"><float name=\"alpha_u\" value=\"0.2\"/>"
        + "<float name=\"alpha_v\" value=\"0.3\"/><float name=\"int_ior\" value=\"1.5\"/>"
        + "<float name=\"ext_ior\" value=\"1\"/></bsdf>",
      ["eta", "alpha_u.value", "alpha_v.value"], ["eta": [1.5]]),
    MaterialPluginCase("<bsdf type=\"thindielectric\" id=\"m\"/>", ["eta"], ["eta": [1.504183]]),
    MaterialPluginCase(
      "<bsdf type=\"plastic\" id=\"m\"/>", ["eta", "diffuse_reflectance.value"],
      ["eta": [1.4895874], "diffuse_reflectance.value": [0.5]]),
    MaterialPluginCase(
      "<bsdf type=\"roughplastic\" id=\"m\"><rgb name=\"specular_reflectance\" value=\"0.5\"/></bsdf>",
      ["alpha", "eta", "diffuse_reflectance.value", "specular_reflectance.value"], ["alpha": [0.1]]),
    MaterialPluginCase(
      "<bsdf type=\"principledthin\" id=\"m\"/>",
      [
        "base_color.value", "roughness.value", "anisotropic.value", "spec_trans.value", "eta.value", "spec_tint.value",
        "sheen.value", "sheen_tint.value", "flatness.value", "diff_trans.value",
      ], ["roughness.value": [0.5], "eta.value": [1.5], "diff_trans.value": [0]]),
    MaterialPluginCase("<bsdf type=\"null\" id=\"m\"/>", []),
    MaterialPluginCase(
      "<bsdf type=\"mask\" id=\"m\">\(diffuse)</bsdf>", ["opacity.value", "nested_bsdf.reflectance.value"],
      ["opacity.value": [0.5]]),
    MaterialPluginCase(
      "<bsdf type=\"blendbsdf\" id=\"m\"><float name=\"weight\" value=\"0.3\"/>\(diffuse)\(diffuse)</bsdf>",
      ["weight.value", "bsdf_0.reflectance.value", "bsdf_1.reflectance.value"], ["weight.value": [0.3]]),
    MaterialPluginCase(
      "<bsdf type=\"normalmap\" id=\"m\"><rgb name=\"normalmap\" value=\"0.5 0.5 1\"/>\(diffuse)</bsdf>",
      ["normalmap.value", "nested_bsdf.reflectance.value"], ["normalmap.value": [0.5, 0.5, 1]]),
    MaterialPluginCase(
      "<bsdf type=\"bumpmap\" id=\"m\"><texture name=\"waves\" type=\"checkerboard\"/>\(diffuse)</bsdf>",
      [
        "scale", "nested_texture.color0.value", "nested_texture.color1.value", "nested_texture.to_uv",
        "nested_bsdf.reflectance.value",
      ],
      ["scale": [1]]),
    MaterialPluginCase(
      "<bsdf type=\"twosided\" id=\"m\"><boolean name=\"allow_transmission\" value=\"true\"/>"
        + "<bsdf type=\"dielectric\"/>\(diffuse)</bsdf>",
      ["brdf_0.eta", "brdf_1.reflectance.value"]),
  ]
}

@Suite("Materials of scene files")
struct MaterialPluginTests {
  @Test("Every plugin has the keys and defaults of Mitsuba", arguments: MaterialPluginCase.all)
  func keys(_ c: MaterialPluginCase) throws {
    let scene = try loadScene(c.text).scene
    let keys = scene.structure.parameters.all.map(\.key).filter { $0.hasPrefix("m.") }
    #expect(Set(keys) == Set(c.keys.map { "m.\($0)" }))
    for (key, values) in c.values {
      let found = scene.values("m.\(key)")
      #expect(zip(found, values).allSatisfy { abs($0 - $1) <= 2e-6 * max(abs($1), 1) }, "\(key): \(found)")
    }
  }

  @Test("Wrappers inside each other are read up to the limit")
  func nesting() throws {
    func scene(_ depth: Int) -> String {
      String(repeating: "<bsdf type=\"mask\">", count: depth) + MaterialPluginCase.diffuse
        + String(repeating: "</bsdf>", count: depth)
    }
    #expect(try loadScene(scene(8)).scene.structure.materials.count == 9)
    #expect(throws: SceneError.self) { try loadScene(scene(9)) }
  }
}
