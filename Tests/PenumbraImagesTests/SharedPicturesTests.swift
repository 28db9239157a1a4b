import Foundation
import PenumbraImages
import Testing

@Suite("Pictures of the shared data", .enabled(if: SharedData.all.isPresent, SharedData.all.absence))
struct SharedPicturesTests {
  @Test("Every one reads, with values of its format's range")
  func reads() throws {
    let files = try #require(FileManager.default.enumerator(at: SharedData.all.url, includingPropertiesForKeys: nil))
    for case let url as URL in files where !url.path.contains("/torture/") {
      guard let format = ImageFormat(path: url.path) else { continue }
      do throws(ImageError) {
        let image = try Image.read(url)
        let isCoded = format == .png || format == .jpeg
        let range: ClosedRange<Float> = 0...1
        #expect(!isCoded || image.values.allSatisfy(range.contains), "\(url.path)")
      } catch {
        Issue.record("\(error)")
      }
    }
  }
}
