import PenumbraScenes
import Testing

/// A scene file that must be refused.
struct RefusalCase: CustomTestStringConvertible, Sendable {
  var text: String
  var code: SceneError.Code
  /// A part of the message that tells what is wrong.
  var says: String

  init(_ content: String, _ code: SceneError.Code, _ says: String, isWhole: Bool = false) {
    (text, self.code, self.says) = (isWhole ? content : wrapped(content), code, says)
  }

  var testDescription: String { says }
}

extension RefusalCase {
  static func diffuse(_ property: String) -> String { "<bsdf type=\"diffuse\">\(property)</bsdf>" }
  static func rectangle(_ steps: String) -> String {
    "<shape type=\"rectangle\"><transform name=\"to_world\">\(steps)</transform></shape>"
  }
  static func film(_ width: String, _ height: String) -> String {
    """
    <sensor type="perspective"><film type="hdrfilm"><integer name="width" value="\(width)"/>
    <integer name="height" value="\(height)"/></film></sensor>
    """
  }

  static let markup: [RefusalCase] = [
    RefusalCase("", .malformed, "empty document", isWhole: true),
    RefusalCase("<scene version=\"3.0.0\"><shape type=\"sphere\">", .malformed, "</shape>", isWhole: true),
    RefusalCase("<scene version=\"3.0.0\"></shape>", .malformed, "</scene>", isWhole: true),
    RefusalCase("<scene version=\"3.0.0\"/><scene version=\"3.0.0\"/>", .malformed, "one root element", isWhole: true),
    RefusalCase("<!DOCTYPE scene []><scene version=\"3.0.0\"/>", .malformed, "document type", isWhole: true),
    RefusalCase("<!ENTITY a 'b'><scene version=\"3.0.0\"/>", .malformed, "entity", isWhole: true),
    RefusalCase("<scene version=\"&e;\"/>", .malformed, "&e;", isWhole: true),
    RefusalCase(
      "<?xml version=\"1.0\" encoding=\"UTF-16\"?><scene version=\"3.0.0\"/>", .malformed, "utf-16", isWhole: true),
    RefusalCase("<scene/>", .malformed, "version", isWhole: true),
    RefusalCase("<scene version=\"4.0.0\"/>", .unsupported, "4.0.0", isWhole: true),
    RefusalCase("<scene version=\"three\"/>", .malformed, "three", isWhole: true),
    RefusalCase("<page version=\"3.0.0\"/>", .malformed, "<page>", isWhole: true),
    RefusalCase("<bsdf type=\"diffuse\" type=\"diffuse\"/>", .malformed, "'type'"),
    RefusalCase("<bsdf type='diffuse/>", .malformed, "before the next tag"),
    RefusalCase("<bsdf type=diffuse/>", .malformed, "quoted value"),
    RefusalCase("<!-- a -- b -->", .malformed, "inside a comment"),
    RefusalCase("<!-- no end", .malformed, "-->"),
    RefusalCase("words", .malformed, "'words"),
    RefusalCase(
      String(repeating: "<shape type=\"a\">", count: 1100) + String(repeating: "</shape>", count: 1100), .malformed,
      "1000 nested"),
  ]

  static let names: [RefusalCase] = [
    RefusalCase("<bsfd type=\"diffuse\"/>", .unknownName, "did you mean 'bsdf'?"),
    RefusalCase("<bsdf type=\"difuse\"/>", .unknownName, "unknown bsdf plugin 'difuse', did you mean 'diffuse'?"),
    RefusalCase("<bsdf type=\"hair\"/>", .unsupported, "bsdf plugin 'hair' is not supported yet"),
    RefusalCase("<shape type=\"ellipsoids\"/>", .unsupported, "shape plugin 'ellipsoids'"),
    RefusalCase("<emitter type=\"sunsky\"/>", .unsupported, "emitter plugin 'sunsky'"),
    RefusalCase("<medium type=\"homogeneous\"/>", .unsupported, "medium plugin 'homogeneous'"),
    RefusalCase(diffuse("<rgb name=\"reflectence\" value=\"0.5\"/>"), .unknownName, "did you mean 'reflectance'?"),
    RefusalCase(diffuse("<rgb nmae=\"reflectance\" value=\"0.5\"/>"), .unknownName, "did you mean 'name'?"),
    RefusalCase(diffuse("<bsdf type=\"diffuse\"/>"), .unknownName, "no place for this bsdf"),
    RefusalCase("<bsdf type=\"diffuse\" id=\"a\"/><bsdf type=\"diffuse\" id=\"a\"/>", .duplicate, "id 'a'"),
    RefusalCase(
      diffuse("<float name=\"reflectance\" value=\"0.1\"/><float name=\"reflectance\" value=\"0.2\"/>"), .duplicate,
      "a second 'reflectance'"),
    RefusalCase(
      "<shape type=\"sphere\"><ref id=\"rod\"/></shape><bsdf type=\"diffuse\" id=\"red\"/>", .unknownName, "'red'?"),
    RefusalCase(diffuse("<float name=\"reflectance\" value=\"$albedo\"/>"), .unknownName, "'$albedo' has no value"),
    RefusalCase("<default name=\"a\" value=\"$b\"/><default name=\"b\" value=\"$a\"/>", .unknownName, "'$b'"),
    RefusalCase("<default name=\"a\" value=\"$a\"/>", .unknownName, "'$a'"),
    RefusalCase("<include filename=\"scene.xml\"/>", .cyclic, "includes itself"),
    RefusalCase(
      "<bsdf type=\"twosided\" id=\"a\"><ref id=\"b\"/></bsdf><bsdf type=\"twosided\" id=\"b\"><ref id=\"a\"/></bsdf>",
      .cyclic, "contains itself"),
    RefusalCase("<path value=\"nowhere\"/>", .missingFile, "nowhere"),
    RefusalCase("<include filename=\"other.xml\"/>", .missingFile, "other.xml"),
    RefusalCase("<shape type=\"obj\"><string name=\"filename\" value=\"a.obj\"/></shape>", .missingFile, "a.obj"),
    RefusalCase(
      "<emitter type=\"envmap\"><string name=\"filename\" value=\"a.exr\"/></emitter>", .missingFile, "a.exr"),
    RefusalCase("<integrator type=\"path\"/><integrator type=\"path\"/>", .duplicate, "one integrator"),
    RefusalCase(
      "<bsdf type=\"conductor\"><string name=\"material\" value=\"Gold\"/></bsdf>", .outOfRange, "conductor"),
    RefusalCase("<translate x=\"1\"/>", .malformed, "inside a <transform>"),
    RefusalCase(rectangle("<shear x=\"1\"/>"), .unknownName, "<shear>"),
  ]

  static let values: [RefusalCase] = [
    RefusalCase(diffuse("<float name=\"reflectance\" value=\"1.5\"/>"), .outOfRange, "1.5"),
    RefusalCase(diffuse("<rgb name=\"reflectance\" value=\"0.5, 0.5, -0.1\"/>"), .outOfRange, "-0.1"),
    RefusalCase(diffuse("<rgb name=\"reflectance\" value=\"#ff8000\"/>"), .wrongType, "#ff8000"),
    RefusalCase(diffuse("<rgb name=\"reflectance\" value=\"1 0\"/>"), .wrongType, "1 or 3 numbers"),
    RefusalCase(diffuse("<string name=\"reflectance\" value=\"red\"/>"), .wrongType, "found a string"),
    RefusalCase(diffuse("<float name=\"reflectance\" value=\"0x1\"/>"), .wrongType, "0x1"),
    RefusalCase(film("1000000", "1000000"), .outOfRange, "1000000×1000000"),
    RefusalCase(film("0", "10"), .outOfRange, "width in 1..."),
    RefusalCase(film("10", "-3"), .outOfRange, "height in 1..."),
    RefusalCase(film("1.5", "10"), .wrongType, "an integer"),
    RefusalCase(rectangle("<matrix value=\"nan 0 0 0 1 0 0 0 1\"/>"), .outOfRange, "nan"),
    RefusalCase(rectangle("<matrix value=\"1 0 0 0 1 0\"/>"), .wrongType, "9 or 16"),
    RefusalCase(rectangle("<matrix value=\"1 0 0 0 0 1 0 0 0 0 1 0 0 0 1 1\"/>"), .outOfRange, "0 0 0 1"),
    RefusalCase(rectangle("<scale value=\"0\"/>"), .outOfRange, "singular"),
    RefusalCase(rectangle("<scale value=\"1e30\"/><scale value=\"1e300\"/>"), .outOfRange, "finite"),
    RefusalCase(rectangle("<rotate angle=\"5\"/>"), .outOfRange, "axis"),
    RefusalCase(rectangle("<lookat origin=\"1,1,1\" target=\"1,1,1\" up=\"0,1,0\"/>"), .outOfRange, "target apart"),
    RefusalCase(
      """
      <sensor type="perspective"><transform name="to_world"><scale value="2"/></transform></sensor>
      """, .outOfRange, "without scale"),
    RefusalCase("<sensor type=\"perspective\"><float name=\"fov\" value=\"180\"/></sensor>", .outOfRange, "180"),
    RefusalCase(
      "<sensor type=\"perspective\"><float name=\"near_clip\" value=\"5\"/><float name=\"far_clip\" value=\"4\"/></sensor>",
      .outOfRange, "near_clip"),
    RefusalCase(
      """
      <sensor type="perspective"><film type="hdrfilm"><integer name="crop_width" value="769"/></film></sensor>
      """, .outOfRange, "crop"),
    RefusalCase("<sensor type=\"perspective\"><film type=\"specfilm\"/></sensor>", .unsupported, "specfilm"),
    RefusalCase(
      "<shape type=\"sphere\"><transform name=\"to_world\"><scale x=\"2\"/></transform></shape>", .outOfRange,
      "uneven scale"),
    RefusalCase("<shape type=\"sphere\"><float name=\"radius\" value=\"0\"/></shape>", .outOfRange, "radius above 0"),
    RefusalCase("<bsdf type=\"dielectric\"><float name=\"int_ior\" value=\"0\"/></bsdf>", .outOfRange, "int_ior"),
    RefusalCase("<bsdf type=\"roughconductor\"><float name=\"alpha_u\" value=\"0.1\"/></bsdf>", .wrongType, "alpha_v"),
    RefusalCase(
      "<emitter type=\"constant\"><spectrum type=\"blackbody\" name=\"radiance\"/></emitter>", .wrongType,
      "temperature"),
    RefusalCase(
      "<emitter type=\"constant\"><spectrum name=\"radiance\" value=\"500:1, 400:2\"/></emitter>", .outOfRange,
      "rising wavelengths"),
    RefusalCase("<bsdf type=\"twosided\"/>", .outOfRange, "one or two bsdfs"),
    RefusalCase("<bsdf type=\"twosided\"><bsdf type=\"dielectric\"/></bsdf>", .unsupported, "dielectric"),
    RefusalCase("<bsdf type=\"twosided\"><bsdf type=\"mask\">\(diffuse(""))</bsdf></bsdf>", .unsupported, "mask"),
    RefusalCase("<bsdf type=\"mask\"/>", .outOfRange, "one bsdf inside mask"),
    RefusalCase("<bsdf type=\"blendbsdf\">\(diffuse(""))\(diffuse(""))</bsdf>", .wrongType, "'weight'"),
    RefusalCase(
      "<bsdf type=\"blendbsdf\"><float name=\"weight\" value=\"0.5\"/>\(diffuse(""))</bsdf>", .outOfRange, "two bsdfs"),
    RefusalCase("<bsdf type=\"normalmap\">\(diffuse(""))</bsdf>", .wrongType, "normalmap"),
    RefusalCase("<bsdf type=\"bumpmap\">\(diffuse(""))</bsdf>", .outOfRange, "one texture inside bumpmap"),
    RefusalCase(
      String(repeating: "<bsdf type=\"mask\">", count: 9) + diffuse("") + String(repeating: "</bsdf>", count: 9),
      .outOfRange, "at most 8 bsdfs that wrap each other"),
    RefusalCase(
      "<bsdf type=\"roughplastic\"><float name=\"alpha\" value=\"0\"/></bsdf>", .outOfRange, "'alpha' in 0.001...1.0"),
    RefusalCase(
      "<bsdf type=\"roughdielectric\"><float name=\"int_ior\" value=\"1.5\"/><float name=\"ext_ior\" value=\"1.5\"/></bsdf>",
      .outOfRange, "int_ior and ext_ior to differ"),
    RefusalCase(
      "<integrator type=\"aov\"><string name=\"aovs\" value=\"n:shnormal\"/></integrator>", .outOfRange,
      "did you mean 'sh_normal'?"),
  ]
}
