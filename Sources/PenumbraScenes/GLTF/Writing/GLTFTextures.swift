import Foundation
import PenumbraImages
import PenumbraTransport

/// Textures of a glTF asset that is being written: PNG pictures, each written once.
struct GLTFTextures {
  /// A picture and the name it would have as a file.
  struct File: Equatable {
    var name: String
    var bytes: [UInt8]
  }

  private(set) var files: [File] = []
  private(set) var textures: [GLTFDocument.TextureEntry] = []
  private(set) var samplers: [GLTFDocument.Sampler] = []
  private(set) var usesTransform = false
  private var names: Set<String> = []

  /// A texture of a grid's values.
  ///
  /// - Parameters:
  ///   - values: per texel 1, 3 or 4 numbers in 0...1; the last of four is alpha.
  ///   - isColor: stored sRGB-encoded, otherwise as they are.
  ///   - losses: gets a word where the grid lies on the surface as glTF cannot say.
  mutating func reference(
    _ values: [Float], like grid: TexelGrid, isColor: Bool, name: String, losses: inout [String]
  ) throws(ImageError) -> GLTFMaterial.Reference {
    let count = values.count / (grid.width * grid.height)
    let channels = [1: ["Y"], 3: ["R", "G", "B"], 4: ["R", "G", "B", "A"]][count] ?? ["Y"]
    let image = Image(width: grid.width, height: grid.height, channels: channels, values: values)
    let bytes = try image.encoded(
      as: .png, name: name, options: ImageWriteOptions(encoding: isColor ? .auto : .linear))
    var source = files.firstIndex { $0.bytes == bytes }
    if source == nil {
      files.append(File(name: SceneAssembler.freeName(name, &names), bytes: bytes))
      source = files.count - 1
    }
    let entry = GLTFDocument.TextureEntry(sampler: sampler(grid.layout), source: source ?? 0)
    var index = textures.firstIndex { $0.sampler == entry.sampler && $0.source == entry.source }
    if index == nil {
      textures.append(entry)
      index = textures.count - 1
    }
    var reference = GLTFMaterial.Reference(index: index ?? 0)
    if let transform = Self.transform(grid.layout.transform, &losses) {
      usesTransform = true
      reference.extensions = GLTFMaterial.Reference.Extensions(transform: transform)
    }
    return reference
  }

  private mutating func sampler(_ layout: TexelGrid.Layout) -> Int {
    let filter = layout.filter == .nearest ? 9728 : 9729
    let wrap =
      switch layout.wrap {
      case .repeat: 10497
      case .mirror: 33648
      case .clamp: 33071
      }
    let sampler = GLTFDocument.Sampler(magFilter: filter, minFilter: filter, wrapS: wrap, wrapT: wrap)
    if let index = samplers.firstIndex(of: sampler) { return index }
    samplers.append(sampler)
    return samplers.count - 1
  }

  /// Scale, rotation and offset of a matrix; a shear is lost.
  private static func transform(_ m: [Float], _ losses: inout [String])
    -> GLTFMaterial.Reference.Extensions.Transform?
  {
    guard m != [1, 0, 0, 0, 1, 0] else { return nil }
    // u' = sx cos u + sy sin v, v' = −sx sin u + sy cos v.
    let angle = atan2f(-m[3], m[0])
    let (s, c) = (sinf(angle), cosf(angle))
    let scale: [Float] = angle == 0 ? [m[0], m[4]] : [hypotf(m[0], m[3]), s * m[1] + c * m[4]]
    let shear = c * m[1] - s * m[4]
    if abs(shear) > 1e-4 * (abs(scale[0]) + abs(scale[1])) { losses.append("the shear of a texture") }
    return GLTFMaterial.Reference.Extensions.Transform(offset: [m[2], m[5]], rotation: angle, scale: scale)
  }
}
