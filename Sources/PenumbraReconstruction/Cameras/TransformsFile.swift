import Foundation

/// `transforms.json` of NeRF and instant-ngp: camera-to-world matrices in OpenGL axes and shared or own intrinsics.
public enum TransformsFile {
  private struct Lenses: Decodable {
    var w, h, fl_x, fl_y, cx, cy, camera_angle_x, camera_angle_y: Double?
    var k1, k2, k3, k4, p1, p2: Double?
    var is_fisheye: Bool?
    var camera_model: String?
  }
  private struct Frame: Decodable {
    var file_path: String
    var mask_path: String?
    var transform_matrix: [[Double]]
    var own: Lenses
    private enum Keys: String, CodingKey { case file_path, mask_path, transform_matrix }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Keys.self)
      file_path = try values.decode(String.self, forKey: .file_path)
      mask_path = try values.decodeIfPresent(String.self, forKey: .mask_path)
      transform_matrix = try values.decode([[Double]].self, forKey: .transform_matrix)
      own = try Lenses(from: decoder)
    }
  }
  private struct Document: Decodable {
    var frames: [Frame]
    var aabb: [[Double]]?
    var split: Split?
    var shared: Lenses
    struct Split: Decodable { var train, test: [String]? }
    private enum Keys: String, CodingKey { case frames, aabb, split }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Keys.self)
      frames = try values.decode([Frame].self, forKey: .frames)
      aabb = try values.decodeIfPresent([[Double]].self, forKey: .aabb)
      split = try values.decodeIfPresent(Split.self, forKey: .split)
      shared = try Lenses(from: decoder)
    }
  }

  /// Reads the file and finds the photos it names.
  ///
  /// - Parameter folder: where relative paths begin.
  /// - Throws: `.missingFile`, or `.invalidInput` naming the frame and what is wrong with it.
  public static func read(_ path: String, folder: String) throws(ReconstructionError) -> CameraListing {
    let document = try decode(path)
    var listing = CameraListing(photos: [])
    var missing: [String] = []
    var heldOut = Set((document.split?.test ?? []).map(plain))
    let training = (document.split?.train).map { Set($0.map(plain)) }
    listing.hasSplit = !heldOut.isEmpty
    var names = Set<String>()
    for (index, frame) in document.frames.enumerated() {
      let place = "\(path): frames[\(index)] (\(frame.file_path))"
      guard let file = picture(frame.file_path, in: folder) else {
        missing.append(frame.file_path)
        continue
      }
      guard names.insert(frame.file_path).inserted else {
        throw ReconstructionError(.invalidInput, "\(place): expected a photo once, found it in two frames")
      }
      let name = plain(frame.file_path)
      if let training, !training.contains(name), !heldOut.contains(name) { continue }
      let matrix = frame.transform_matrix.flatMap(\.self)
      if matrix.count == 16, matrix[12..<15].contains(where: { $0 != 0 }) {
        throw ReconstructionError(
          .invalidInput,
          "\(place): expected transform_matrix with the last row [0, 0, 0, 1], found \(Array(matrix[12...])); is it "
            + "transposed?")
      }
      guard frame.transform_matrix.count >= 3, frame.transform_matrix.allSatisfy({ $0.count == 4 }),
        let pose = CameraConvention.openGL.pose(cameraToWorld: Array(matrix.prefix(12)))
      else {
        throw ReconstructionError(
          .invalidInput,
          "\(place): expected transform_matrix to be a 4×4 camera-to-world rotation and translation, found "
            + "\(matrix.prefix(4))…; photos that are mirrored or matrices that are transposed cannot be used")
      }
      let intrinsics = try intrinsics(frame.own, document.shared, file: file, place: place)
      var photo = PosedPhoto(
        name: frame.file_path, path: file, maskPath: nil, intrinsics: intrinsics, pose: pose)
      if let mask = frame.mask_path {
        let maskFile = join(folder, mask)
        guard FileManager.default.fileExists(atPath: maskFile) else {
          throw ReconstructionError(.invalidInput, "\(place): expected the mask \(mask), found no such file")
        }
        photo.maskPath = maskFile
      }
      photo.isHeldOut = heldOut.remove(name) != nil
      listing.photos.append(photo)
    }
    try note(missing, of: document.frames.count, path, &listing)
    listing.bounds = try bounds(document.aabb, path)
    return listing
  }

  private static func note(
    _ missing: [String], of count: Int, _ path: String, _ listing: inout CameraListing
  ) throws(ReconstructionError) {
    guard !listing.photos.isEmpty else {
      let found = count == 0 ? "no frames" : "that none of its \(count) photos exists (first: \(missing.first ?? "?"))"
      throw ReconstructionError(.invalidInput, "\(path): expected frames with photos, found \(found)")
    }
    if !missing.isEmpty {
      let examples = missing.prefix(3).joined(separator: ", ") + (missing.count > 3 ? ", …" : "")
      listing.warnings.append(
        "\(path): \(missing.count) of \(count) frames name a photo that does not exist (\(examples)); skipped")
    }
  }

  private static func decode(_ path: String) throws(ReconstructionError) -> Document {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ReconstructionError(.missingFile, "\(path): expected a cameras file, found none that can be read")
    }
    do { return try JSONDecoder().decode(Document.self, from: data) } catch let error as DecodingError {
      throw ReconstructionError(.invalidInput, "\(path): \(explain(error))")
    } catch { throw ReconstructionError(.invalidInput, "\(path): expected JSON, found \(error)") }
  }

  private static func explain(_ error: DecodingError) -> String {
    func place(_ keys: [any CodingKey]) -> String {
      keys.reduce(into: "") { text, key in
        text += key.intValue.map { "[\($0)]" } ?? (text.isEmpty ? key.stringValue : ".\(key.stringValue)")
      }
    }
    switch error {
    case .keyNotFound(let key, let context):
      let parent = place(context.codingPath)
      return "\(parent.isEmpty ? "top level" : parent): expected the key '\(key.stringValue)', found none"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return "\(place(context.codingPath)): expected \(type), found another type"
    case .dataCorrupted(let context):
      let keys = place(context.codingPath)
      return "\(keys.isEmpty ? "the file" : keys): expected valid JSON, found that it is damaged or cut short"
    @unknown default: return "expected a NeRF transforms file, found something else"
    }
  }

  private static func intrinsics(
    _ own: Lenses, _ shared: Lenses, file: String, place: String
  ) throws(ReconstructionError) -> Intrinsics {
    func value(_ key: KeyPath<Lenses, Double?>) -> Double? { own[keyPath: key] ?? shared[keyPath: key] }
    let size: (width: Int, height: Int)
    if let w = value(\.w), let h = value(\.h) {
      guard w >= 1, h >= 1, w < 1e6, h < 1e6 else {
        throw ReconstructionError(.invalidInput, "\(place): expected w and h in pixels, found \(w) and \(h)")
      }
      size = (Int(w), Int(h))
    } else {
      size = try PictureSize.read(file)
    }
    let (w, h) = (Double(size.width), Double(size.height))
    let fromX = value(\.camera_angle_x).map { w / (2 * tangent($0 / 2)) }
    let fromY = value(\.camera_angle_y).map { h / (2 * tangent($0 / 2)) }
    guard let fx = value(\.fl_x) ?? value(\.fl_y) ?? fromX ?? fromY,
      let fy = value(\.fl_y) ?? value(\.fl_x) ?? fromX ?? fromY
    else {
      throw ReconstructionError(
        .invalidInput, "\(place): expected fl_x or camera_angle_x, there or at the top level, found neither")
    }
    guard fx > 0, fy > 0, fx.isFinite, fy.isFinite else {
      throw ReconstructionError(.invalidInput, "\(place): expected a focal length above 0, found \(fx), \(fy)")
    }
    let k = [value(\.k1), value(\.k2), value(\.k3), value(\.k4)].map { $0 ?? 0 }
    let model = own.camera_model ?? shared.camera_model
    let isFisheye = own.is_fisheye ?? shared.is_fisheye ?? (model?.contains("FISHEYE") ?? false)
    let lens: Lens =
      isFisheye ? .fisheye(k: k) : .radialTangential(k, p1: value(\.p1) ?? 0, p2: value(\.p2) ?? 0)
    return Intrinsics(
      width: size.width, height: size.height, fx: fx, fy: fy, cx: value(\.cx) ?? w / 2, cy: value(\.cy) ?? h / 2,
      lens: lens)
  }

  private static func tangent(_ x: Double) -> Double { sine(x) / cosine(x) }

  private static func bounds(_ aabb: [[Double]]?, _ path: String) throws(ReconstructionError)
    -> (SIMD3<Double>, SIMD3<Double>)?
  {
    guard let aabb else { return nil }
    guard aabb.count == 2, aabb.allSatisfy({ $0.count == 3 && $0.allSatisfy(\.isFinite) }),
      zip(aabb[0], aabb[1]).allSatisfy({ $0 < $1 })
    else {
      throw ReconstructionError(
        .invalidInput, "\(path): aabb: expected [[min x, y, z], [max x, y, z]] with min below max, found \(aabb)")
    }
    return (SIMD3(aabb[0][0], aabb[0][1], aabb[0][2]), SIMD3(aabb[1][0], aabb[1][1], aabb[1][2]))
  }

  private static func plain(_ path: String) -> String { path.hasPrefix("./") ? String(path.dropFirst(2)) : path }

  private static func join(_ folder: String, _ path: String) -> String {
    path.hasPrefix("/") ? path : "\(folder)/\(plain(path))"
  }

  /// The file of a frame; NeRF's own files leave the extension out.
  private static func picture(_ path: String, in folder: String) -> String? {
    for suffix in ["", ".png", ".jpg", ".jpeg", ".exr", ".JPG", ".PNG"] {
      var isFolder: ObjCBool = false
      let file = join(folder, path) + suffix
      if FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue { return file }
    }
    return nil
  }
}
