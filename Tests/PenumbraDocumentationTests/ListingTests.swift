import Foundation
import Testing

/// The code of a text, as the build compiled it.
typealias Program = @Sendable (_ package: String, _ output: String) async throws -> Void

@Suite("Code in documentation", .serialized) struct ListingTests {
  /// By the name of its text. Texts without Swift code have no program.
  static let programs: [String: Program] = [
    "README.md": ListingOfREADME.run,
    "Penumbra.swift": ListingOfPenumbra.run,
    "CamerasAndConventions.md": ListingOfCamerasAndConventions.run,
    "ComingFromMitsuba.md": ListingOfComingFromMitsuba.run,
    "FromPhotos.md": ListingOfFromPhotos.run,
    "InverseProblems.md": ListingOfInverseProblems.run,
    "TheAdjoint.md": ListingOfTheAdjoint.run,
    "ThetaAndKeys.md": ListingOfThetaAndKeys.run,
    "WritingALoss.md": ListingOfWritingALoss.run,
  ]

  /// The package that holds this file.
  static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test("Runs as it stands", arguments: programs.keys.sorted()) func runs(name: String) async throws {
    let output = FileManager.default.temporaryDirectory.appending(path: "penumbra-listing-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: output) }
    let program = try #require(Self.programs[name])
    try await program(Self.package.path, output.path)
  }

  @Test("Every article with Swift code is among the programs") func complete() throws {
    let catalogue = Self.package.appending(path: "Sources/Penumbra/Penumbra.docc")
    let articles = try FileManager.default.contentsOfDirectory(at: catalogue, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "md" }
    #expect(articles.count > 1)
    for article in articles where try String(contentsOf: article, encoding: .utf8).contains("```swift") {
      #expect(Self.programs[article.lastPathComponent] != nil, "\(article.lastPathComponent)")
    }
  }
}
