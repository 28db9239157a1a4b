import Testing

@testable import PenumbraTransport

struct ParameterTests {
  private func table() throws -> ParameterTable {
    var builder = SceneBuilder()
    _ = try builder.declare(Parameter(key: "padding"), values: [0])
    _ = try builder.declare(
      Parameter(key: "red.reflectance.value", aliases: ["wall.bsdf.reflectance.value"], shape: [3]), values: [1, 0, 0])
    _ = try builder.declare(Parameter(key: "paint.roughness.value"), values: [0.5])
    return builder.parameters
  }

  @Test("Keys, aliases and single elements resolve to their part of θ") func resolve() throws {
    let table = try table()
    #expect(try table.resolve("red.reflectance.value").range == 1..<4)
    #expect(try table.resolve("wall.bsdf.reflectance.value").range == 1..<4)
    #expect(try table.resolve("red.reflectance.value[2]").range == 3..<4)
    #expect(try table.resolve("paint.roughness.value[0]").range == 4..<5)
  }

  @Test("A misspelt key is refused with the nearest one") func suggestion() throws {
    let table = try table()
    let error = #expect(throws: TransportError.self) { try table.resolve("red.reflectence.value") }
    #expect(error?.code == .unknownParameter)
    #expect(error?.message.contains("did you mean 'red.reflectance.value'?") == true)
    let strange = #expect(throws: TransportError.self) { try table.resolve("zzzzzzzzzzzzzzzzzzz") }
    #expect(strange?.message == "unknown parameter 'zzzzzzzzzzzzzzzzzzz'")
  }

  @Test(
    "An index outside the parameter is refused with its range", arguments: ["3", "-1", "x", "", "99999999999999999999"])
  func index(_ text: String) throws {
    let table = try table()
    let error = #expect(throws: TransportError.self) { try table.resolve("red.reflectance.value[\(text)]") }
    #expect(error?.message == "red.reflectance.value[\(text)]: expected an index in 0..<3, found '\(text)'")
  }

  @Test("The edit distance counts insertions, deletions and replacements") func distance() {
    #expect(Spelling.distance("kitten", "sitting") == 3)
    #expect(Spelling.distance("", "abc") == 3)
    #expect(Spelling.distance("abc", "abc") == 0)
    #expect(Spelling.nearest(to: "rougness", among: ["roughness", "metallic"]) == "roughness")
  }
}
