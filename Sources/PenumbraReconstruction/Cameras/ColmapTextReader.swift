import Foundation

/// COLMAP's text format: `#` begins comments, one camera or point per line, two lines per image.
enum ColmapTextReader {
  static func read(_ folder: String) throws(ReconstructionError) -> ColmapModel {
    var model = ColmapModel()
    for (place, line) in try lines("\(folder)/cameras.txt") where !line.isEmpty {
      let words = line.split(separator: " ").map(String.init)
      guard words.count >= 4, let id = UInt32(words[0]), let lens = ColmapModel.LensModel(name: words[1]),
        let width = Int(words[2]), let height = Int(words[3])
      else {
        throw ReconstructionError(
          .invalidInput, "\(place): expected CAMERA_ID MODEL WIDTH HEIGHT PARAMS, found '\(line.prefix(60))'")
      }
      let parameters = words.dropFirst(4).compactMap(Double.init)
      guard parameters.count == lens.parameterCount else {
        throw ReconstructionError(
          .invalidInput,
          "\(place): expected \(lens.parameterCount) parameters of \(lens.name), found \(parameters.count)")
      }
      model.cameras[id] = try lens.intrinsics(width: width, height: height, parameters, place: place)
    }
    try readPictures(folder, &model)
    let points = "\(folder)/points3D.txt"
    if FileManager.default.fileExists(atPath: points) {
      for (place, line) in try lines(points) where !line.isEmpty {
        let numbers = line.split(separator: " ").prefix(4).compactMap { Double($0) }
        guard numbers.count == 4, numbers.allSatisfy(\.isFinite) else {
          throw ReconstructionError(.invalidInput, "\(place): expected POINT3D_ID X Y Z …, found '\(line.prefix(60))'")
        }
        model.points.append([numbers[1], numbers[2], numbers[3]])
      }
    }
    return model
  }

  private static func readPictures(_ folder: String, _ model: inout ColmapModel) throws(ReconstructionError) {
    var isObservations = false
    for (place, line) in try lines("\(folder)/images.txt") {
      // Every second line lists observations, possibly none.
      if isObservations {
        isObservations = false
        continue
      }
      if line.isEmpty { continue }
      let words = line.split(separator: " ", maxSplits: 9).map(String.init)
      let numbers = words.dropFirst().prefix(7).compactMap(Double.init)
      guard words.count == 10, numbers.count == 7, let camera = UInt32(words[8]),
        let pose = CameraPose(
          colmapRotation: SIMD4(numbers[0], numbers[1], numbers[2], numbers[3]),
          translation: SIMD3(numbers[4], numbers[5], numbers[6]))
      else {
        throw ReconstructionError(
          .invalidInput, "\(place): expected IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME, found '\(line.prefix(60))'")
      }
      model.pictures.append(ColmapModel.Picture(name: words[9], camera: camera, pose: pose))
      isObservations = true
    }
  }

  /// Lines without comments, each with its place.
  private static func lines(_ path: String) throws(ReconstructionError) -> [(place: String, text: String)] {
    guard let data = FileManager.default.contents(atPath: path), let text = String(bytes: data, encoding: .utf8) else {
      throw ReconstructionError(.invalidInput, "\(path): expected a text file of a COLMAP model, found none")
    }
    var result: [(String, String)] = []
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let trimmed = line.trimmingCharacters(in: .whitespaces)
      if !trimmed.hasPrefix("#") { result.append(("\(path):\(number + 1)", trimmed)) }
    }
    return result
  }
}
