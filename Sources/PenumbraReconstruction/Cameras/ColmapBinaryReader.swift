import Foundation

/// COLMAP's binary format, little-endian.
struct ColmapBinaryReader {
  private let path: String
  private let bytes: [UInt8]
  private var position = 0

  static func read(_ folder: String) throws(ReconstructionError) -> ColmapModel {
    var model = ColmapModel()
    var cameras = try ColmapBinaryReader("\(folder)/cameras.bin")
    for _ in 0..<(try cameras.count(bytesEach: 24)) {
      let id = try cameras.integer(UInt32.self)
      let number = Int(try cameras.integer(UInt32.self))
      guard let lens = ColmapModel.LensModel(rawValue: number) else {
        throw cameras.fault("a camera model in 0...10", "\(number)")
      }
      let (width, height) = (try cameras.integer(UInt64.self), try cameras.integer(UInt64.self))
      var parameters: [Double] = []
      for _ in 0..<lens.parameterCount { parameters.append(try cameras.double()) }
      model.cameras[id] = try lens.intrinsics(
        width: Int(clamping: width), height: Int(clamping: height), parameters, place: cameras.place)
    }
    var images = try ColmapBinaryReader("\(folder)/images.bin")
    for _ in 0..<(try images.count(bytesEach: 73)) {
      _ = try images.integer(UInt32.self)
      var numbers: [Double] = []
      for _ in 0..<7 { numbers.append(try images.double()) }
      let camera = try images.integer(UInt32.self)
      let name = try images.text()
      guard
        let pose = CameraPose(
          colmapRotation: SIMD4(numbers[0], numbers[1], numbers[2], numbers[3]),
          translation: SIMD3(numbers[4], numbers[5], numbers[6]))
      else { throw images.fault("a rotation of '\(name)'", "\(numbers.prefix(4))") }
      model.pictures.append(ColmapModel.Picture(name: name, camera: camera, pose: pose))
      try images.skip(try images.count(bytesEach: 24), each: 24)
    }
    let path = "\(folder)/points3D.bin"
    guard FileManager.default.fileExists(atPath: path) else { return model }
    var points = try ColmapBinaryReader(path)
    for _ in 0..<(try points.count(bytesEach: 51)) {
      try points.skip(1, each: 8)
      let point = SIMD3(try points.double(), try points.double(), try points.double())
      if point.x.isFinite, point.y.isFinite, point.z.isFinite { model.points.append(point) }
      try points.skip(1, each: 11)
      try points.skip(try points.count(bytesEach: 8), each: 8)
    }
    return model
  }

  private init(_ path: String) throws(ReconstructionError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ReconstructionError(.invalidInput, "\(path): expected a binary file of a COLMAP model, found none")
    }
    (self.path, bytes) = (path, [UInt8](data))
  }

  private var place: String { "\(path): byte \(position)" }

  private func fault(_ expected: String, _ found: String) -> ReconstructionError {
    ReconstructionError(.invalidInput, "\(place): expected \(expected), found \(found)")
  }

  private mutating func integer<I: FixedWidthInteger>(_ type: I.Type) throws(ReconstructionError) -> I {
    let size = MemoryLayout<I>.size
    guard bytes.count - position >= size else { throw fault("\(size) more bytes", "the end of the file") }
    var value: I = 0
    for i in 0..<size { value |= I(truncatingIfNeeded: bytes[position + i]) << (8 * i) }
    position += size
    return value
  }

  private mutating func double() throws(ReconstructionError) -> Double {
    Double(bitPattern: try integer(UInt64.self))
  }

  /// A count of things that take at least `size` bytes each.
  private mutating func count(bytesEach size: Int) throws(ReconstructionError) -> Int {
    let value = try integer(UInt64.self)
    guard value <= UInt64((bytes.count - position) / size) else {
      throw fault("at most \((bytes.count - position) / size) entries in the rest of the file", "\(value)")
    }
    return Int(value)
  }

  private mutating func skip(_ count: Int, each size: Int) throws(ReconstructionError) {
    guard bytes.count - position >= count * size else { throw fault("\(count * size) bytes", "the end of the file") }
    position += count * size
  }

  /// Bytes up to a zero.
  private mutating func text() throws(ReconstructionError) -> String {
    guard let end = bytes[position...].firstIndex(of: 0) else { throw fault("a name that ends", "the end of the file") }
    defer { position = end + 1 }
    return String(decoding: bytes[position..<end], as: UTF8.self)
  }
}
