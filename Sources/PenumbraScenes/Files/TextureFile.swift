import PenumbraImages

/// Pictures that scene files refer to, as texels.
enum TextureFile {
  /// Linear texels with 1 or 3 channels; alpha is dropped, never multiplied in.
  ///
  /// - Parameter raw: stored numbers are used as they are, without undoing an sRGB encoding.
  static func read(_ path: String, raw: Bool, at location: SourceLocation) throws(SceneError) -> Image {
    do {
      let image = try Image.read(path, encoding: raw ? .linear : .auto)
      let isColor = ["R", "G", "B"].allSatisfy { image.channels.contains($0) }
      let texels = try image.converted(to: isColor ? ["R", "G", "B"] : ["Y"], name: path)
      if let index = texels.values.firstIndex(where: { !$0.isFinite }) {
        let (pixel, width) = (index / texels.channels.count, texels.width)
        throw SceneError(
          .outOfRange, at: path, expected: "finite texels",
          found: "\(texels.values[index]) at column \(pixel % width), row \(pixel / width)")
      }
      return texels
    } catch let error as SceneError {
      throw error
    } catch let error as ImageError {
      if error.code == .missingFile {
        throw SceneError(.missingFile, at: location.description, found: "file '\(path)' does not exist")
      }
      throw SceneError(code(error), at: path, expected: error.expected, found: "\(error.found) (\(error.place))")
    } catch {
      throw SceneError(.unreadable, at: path, found: "\(error)")
    }
  }

  private static func code(_ error: ImageError) -> SceneError.Code {
    switch error.code {
    case .malformed, .mismatch: .malformed
    case .unsupported: .unsupported
    default: .unreadable
    }
  }
}
