import PenumbraImages

/// The environment map of `--relight`.
enum Relighting {
  /// - Throws: `.missingFile`, or `.invalidInput` for a picture that cannot be read or is no light.
  static func read(_ path: String) throws(ReconstructionError) -> Surroundings {
    let image: Image
    do { image = try Image.read(path).rgb(name: path) } catch { throw ReconstructionError(error) }
    guard image.width >= 2, image.height >= 2, image.values.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw ReconstructionError(
        .invalidInput,
        "\(path): expected an equirectangular map of finite radiance from 0 on, found \(image.width)×\(image.height) "
          + "pixels with others")
    }
    var light = Surroundings(width: image.width, height: image.height, color: .zero)
    light.colors = image.values
    return light
  }
}
