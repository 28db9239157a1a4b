import Penumbra
import Testing

@testable import PenumbraCLI

@Suite("Options and terminal") struct OptionTests {
  @Test("Film sizes", arguments: [("640x480", 640, 480), ("1x1", 1, 1)])
  func filmSize(text: String, width: Int, height: Int) {
    let size = FilmSize(argument: text)
    #expect(size?.width == width && size?.height == height)
  }

  @Test("What is no film size", arguments: ["", "x", "640", "640x", "0x4", "-1x4", "1x2x3", "640X480", "1.5x2"])
  func badFilmSize(text: String) { #expect(FilmSize(argument: text) == nil) }

  @Test("A value may hold equals signs, a name may not be empty")
  func assignment() {
    #expect(Assignment(argument: "a=b=c")?.name == "a")
    #expect(Assignment(argument: "a=b=c")?.value == "b=c")
    #expect(Assignment(argument: "a=")?.value == "")
    #expect(Assignment(argument: "=b") == nil)
    #expect(Assignment(argument: "ab") == nil)
  }

  @Test("Number lists")
  func numberList() throws {
    #expect(try NumberList.parse("1,-2.5, 3e-1", option: "x") == [1, -2.5, 0.3])
    for text in ["", "1,", "1,,2", "nan", "inf", "a"] {
      #expect(throws: Failure.self) { try NumberList.parse(text, option: "x") }
    }
  }

  @Test("A processor without AVX2 gets a readable complaint")
  func processor() {
    #expect(ProcessorFeatures.missing(inProcessorInfo: "flags\t\t: fpu fma avx avx2 bmi2\n") == nil)
    let complaint = ProcessorFeatures.missing(inProcessorInfo: "flags\t\t: fpu avx fma bmi2\n")
    #expect(complaint?.hasSuffix("lacks AVX2") ?? false)
    #expect(ProcessorFeatures.missing(inProcessorInfo: "no flags here") == nil)
  }

  @Test("The affinity mask is counted, groups of 32 included")
  func affinity() {
    #expect(Processors.allowed(in: "Name:\tx\nCpus_allowed:\tff,00000003\nCpus_allowed_list:\t0-1\n") == 10)
    #expect(Processors.allowed(in: "Name:\tx\n") == nil)
  }

  @Test("Time left and rates read well")
  func progress() {
    #expect(Progress.clock(5) == "0:05")
    #expect(Progress.clock(3671) == "1:01:11")
    #expect(Progress.clock(.infinity) == "?")
    #expect(Progress.compact(1_234_000) == "1.23 M")
    #expect(Progress.compact(12) == "12")
    #expect(Progress.bar(0.5, width: 4) == "[##--]")
  }

  @Test("Columns of a table are aligned and lines have no trailing spaces")
  func table() {
    var table = TextTable(header: ["KEY", "VALUE"])
    table.add(["reflectance", "1"])
    #expect(table.text == "KEY          VALUE\nreflectance  1\n")
  }

  @Test("Layer names, and the nearest for a typo")
  func layers() throws {
    #expect(try AOVNames.parse("albedo,shape-id").map(\.kind) == [.albedo, .shapeIndex])
    let error = #expect(throws: Failure.self) { try AOVNames.parse("dept") }
    #expect(error?.message.hasSuffix("found 'dept', did you mean 'depth'?") ?? false)
  }

  @Test("A file missing on the command line is 66, one missing in another file is 65")
  func references() {
    let failure = Failure(InverseError(.missingFile, "a.png: no such file"))
    #expect(failure.status == .missingFile)
    #expect(failure.asReference.status == .data)
  }
}
