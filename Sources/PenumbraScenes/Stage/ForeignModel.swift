import CAssimp
import Foundation

/// Models in the formats that Assimp reads (FBX, Collada, 3DS, STL, OFF, …), by way of glTF 2.0.
enum ForeignModel {
  /// Address space and processor time of the process that Assimp runs in.
  private static let (maximumMemory, maximumSeconds) = (8 << 30, UInt32(120))

  /// - Parameter format: an extension without its dot, in small letters.
  static func canRead(_ format: String) -> Bool {
    // Mitsuba's scenes; Assimp means others by the name.
    format != "xml" && !format.isEmpty && cassimp_reads(".\(format)") != 0
  }

  static func read(path: String) throws(SceneError) -> (SceneDocument, [String]) {
    // For the errors of files that are missing or too large.
    _ = try SourceFile.read(path, referrer: nil, maximumBytes: SourceFile.maximumMeshBytes)
    var result = cassimp_convert(
      path, maximumMemory, maximumSeconds, SourceFile.maximumMeshBytes)
    defer { cassimp_free(&result) }
    guard let bytes = result.bytes else {
      let complaint = withUnsafeBytes(of: result.complaint) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw SceneError(
        .malformed, at: path, expected: "a model that Assimp reads", found: complaint.isEmpty ? "another" : complaint)
    }
    let container = Array(UnsafeBufferPointer(start: bytes, count: result.count))
    var translation = try GLTFTranslation(GLTFFile(container, path: path))
    // Assimp writes the corners of every triangle as vertices of their own.
    translation.weldsVertices = true
    return (try translation.document(), translation.warnings)
  }
}
