import Foundation
import PenumbraImages

/// Named arrays of 32-bit words in one file: what a checkpoint holds.
///
/// Layout, little-endian: the magic "PNBR", a version, the number of arrays; per array the length of its name in bytes, the
/// name, its number of words, the words.
struct StateFile: Sendable {
  private(set) var arrays: [(name: String, words: [UInt32])] = []

  private static let magic: UInt32 = 0x5242_4E50
  private static let version: UInt32 = 1

  init() {}

  subscript(name: String) -> [UInt32]? { arrays.first { $0.name == name }?.words }

  mutating func set(_ name: String, _ words: [UInt32]) {
    arrays.removeAll { $0.name == name }
    arrays.append((name, words))
  }

  mutating func set(_ name: String, _ values: [Float]) { set(name, values.map(\.bitPattern)) }

  mutating func set(_ name: String, _ values: [Double]) {
    set(
      name,
      values.flatMap { [UInt32(truncatingIfNeeded: $0.bitPattern), UInt32(truncatingIfNeeded: $0.bitPattern >> 32)] })
  }

  func doubles(_ name: String) -> [Double]? {
    guard let words = self[name], words.count % 2 == 0 else { return nil }
    return stride(from: 0, to: words.count, by: 2).map {
      Double(bitPattern: UInt64(words[$0]) | UInt64(words[$0 + 1]) << 32)
    }
  }

  func floats(_ name: String) -> [Float]? { self[name]?.map { Float(bitPattern: $0) } }

  var bytes: [UInt8] {
    var result: [UInt8] = []
    func append(_ word: UInt32) {
      for shift in stride(from: UInt32(0), to: 32, by: 8) { result.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    result.reserveCapacity(arrays.reduce(64) { $0 + 4 * $1.words.count + $1.name.utf8.count + 8 })
    append(Self.magic)
    append(Self.version)
    append(UInt32(arrays.count))
    for (name, words) in arrays {
      append(UInt32(name.utf8.count))
      result += Array(name.utf8)
      append(UInt32(words.count))
      for word in words { append(word) }
    }
    return result
  }

  /// - Returns: `nil` for anything but a whole file of this version.
  init?(bytes: [UInt8]) {
    var position = 0
    func word() -> UInt32? {
      guard position + 4 <= bytes.count else { return nil }
      defer { position += 4 }
      return (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << UInt32(8 * $1) }
    }
    guard word() == Self.magic, word() == Self.version, let count = word(), count < 1000 else { return nil }
    for _ in 0..<count {
      guard let length = word(), length < 1000, position + Int(length) <= bytes.count else { return nil }
      let name = String(decoding: bytes[position..<(position + Int(length))], as: UTF8.self)
      position += Int(length)
      guard let size = word(), position + 4 * Int(size) <= bytes.count else { return nil }
      var words: [UInt32] = []
      words.reserveCapacity(Int(size))
      for _ in 0..<size { words.append(word() ?? 0) }
      arrays.append((name, words))
    }
    guard position == bytes.count else { return nil }
  }
}

/// What a run has finished, on disk.
struct RunCheckpoint: Sendable {
  let path: String
  /// Of the photos and the options that shape the result.
  let fingerprint: [UInt32]

  func save(_ state: StateFile) throws(ReconstructionError) {
    var file = state
    file.set("fingerprint", fingerprint)
    do { try AtomicFile.write(file.bytes, to: path) } catch { throw ReconstructionError(error) }
  }

  /// - Returns: `nil` when there is none.
  /// - Throws: `.invalidCheckpoint` for one that is damaged or belongs to other photos.
  func load() throws(ReconstructionError) -> StateFile? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    guard let state = StateFile(bytes: [UInt8](data)) else {
      throw ReconstructionError(
        .invalidCheckpoint, "\(path): expected a checkpoint, found a damaged file; remove it to start afresh")
    }
    guard state["fingerprint"] == fingerprint else {
      throw ReconstructionError(
        .invalidCheckpoint,
        "\(path): expected a checkpoint of these photos and options, found one of others; leave out --resume to start afresh"
      )
    }
    return state
  }

  /// FNV-1a over the photos' pictures and cameras.
  static func fingerprint(_ set: PhotoSet, _ options: ReconstructionOptions) -> [UInt32] {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ word: UInt64) { hash = (hash ^ word) &* 0x0000_0100_0000_01B3 }
    for byte in options.preset.rawValue.utf8 { add(UInt64(byte)) }
    add(options.seed)
    add(options.refinesCameras ? 1 : 0)
    for photo in set.photos {
      add(photo.isHeldOut ? 1 : 0)
      for value in CameraConvention.openCV.cameraToWorld(photo.camera.pose) { add(value.bitPattern) }
      add(photo.camera.pinhole.focal.bitPattern)
      for value in photo.rgb { add(UInt64(value.bitPattern)) }
      for value in photo.mask ?? [] { add(UInt64(value.bitPattern)) }
    }
    return [UInt32(truncatingIfNeeded: hash), UInt32(truncatingIfNeeded: hash >> 32)]
  }
}

extension TriangleMesh {
  func save(to file: inout StateFile, as name: String) {
    file.set("\(name).positions", positions.flatMap { [$0.x, $0.y, $0.z] })
    file.set("\(name).triangles", triangles.flatMap { [$0.x, $0.y, $0.z] })
  }

  init?(_ file: StateFile, _ name: String) {
    guard let p = file.floats("\(name).positions"), let t = file["\(name).triangles"], p.count % 3 == 0,
      t.count % 3 == 0,
      t.allSatisfy({ Int($0) < p.count / 3 })
    else { return nil }
    self.init(
      positions: stride(from: 0, to: p.count, by: 3).map { SIMD3(p[$0], p[$0 + 1], p[$0 + 2]) },
      triangles: stride(from: 0, to: t.count, by: 3).map { SIMD3(t[$0], t[$0 + 1], t[$0 + 2]) })
  }
}

extension GridShape.Result {
  func save(to file: inout StateFile) {
    mesh.save(to: &file, as: "start")
    surroundings?.save(to: &file)
    file.set("poses", poses.flatMap { CameraConvention.openCV.cameraToWorld($0) })
    file.set("gains", gains.flatMap { [$0.x, $0.y, $0.z] })
  }

  init?(_ file: StateFile) {
    guard let mesh = TriangleMesh(file, "start"), let numbers = file.doubles("poses"), numbers.count % 16 == 0,
      let factors = file.doubles("gains"), 16 * factors.count == 3 * numbers.count
    else { return nil }
    let poses = stride(from: 0, to: numbers.count, by: 16).map { i in
      func column(_ c: Int) -> SIMD3<Double> { [numbers[i + c], numbers[i + 4 + c], numbers[i + 8 + c]] }
      return CameraPose(right: column(0), down: column(1), forward: column(2), position: column(3))
    }
    let gains = stride(from: 0, to: factors.count, by: 3).map { SIMD3(factors[$0], factors[$0 + 1], factors[$0 + 2]) }
    self.init(mesh: mesh, surroundings: Surroundings(file), poses: poses, gains: gains)
  }
}

extension TexturedMesh {
  func save(to file: inout StateFile) {
    mesh.save(to: &file, as: "object")
    file.set("atlas.size", [UInt32(atlas.width), UInt32(atlas.height)])
    file.set("atlas.sources", atlas.sources.map { UInt32($0) })
    file.set("atlas.coordinates", atlas.coordinates.flatMap { [$0.x, $0.y] })
    file.set("atlas.triangles", atlas.triangles.flatMap { [$0.x, $0.y, $0.z] })
    file.set("texels", texels)
    surroundings?.save(to: &file)
  }

  init?(_ file: StateFile) {
    guard let mesh = TriangleMesh(file, "object"), let atlas = UVAtlas(file, mesh), let texels = file.floats("texels"),
      texels.count == 3 * atlas.width * atlas.height
    else { return nil }
    (self.mesh, self.atlas, self.texels, surroundings) = (mesh, atlas, texels, Surroundings(file))
  }
}

extension Surroundings {
  func save(to file: inout StateFile) {
    file.set("surroundings.size", [UInt32(width), UInt32(height)])
    file.set("surroundings.colors", colors)
  }

  init?(_ file: StateFile) {
    guard let size = file["surroundings.size"], size.count == 2, let colors = file.floats("surroundings.colors"),
      colors.count == 3 * Int(size[0]) * Int(size[1])
    else { return nil }
    self.init(width: Int(size[0]), height: Int(size[1]), color: .zero)
    self.colors = colors
  }
}

extension UVAtlas {
  fileprivate init?(_ file: StateFile, _ mesh: TriangleMesh) {
    guard let size = file["atlas.size"], size.count == 2, let sources = file["atlas.sources"],
      let uv = file.floats("atlas.coordinates"), let t = file["atlas.triangles"], t.count == 3 * mesh.triangles.count,
      uv.count == 2 * sources.count, sources.allSatisfy({ Int($0) < mesh.positions.count }),
      t.allSatisfy({ Int($0) < sources.count }), size.allSatisfy({ $0 > 0 && $0 <= 1 << 16 })
    else { return nil }
    self.init(
      width: Int(size[0]), height: Int(size[1]), sources: sources.map { Int32($0) },
      coordinates: stride(from: 0, to: uv.count, by: 2).map { SIMD2(uv[$0], uv[$0 + 1]) },
      triangles: stride(from: 0, to: t.count, by: 3).map { SIMD3(t[$0], t[$0 + 1], t[$0 + 2]) })
  }
}

extension Appearance {
  func save(to file: inout StateFile) {
    file.set("base color", baseColor)
    file.set("roughness", roughness)
    file.set("specular", [specular])
    file.set("light", light.colors)
    file.set("normals", normals.flatMap { [$0.x, $0.y, $0.z] })
  }

  init?(_ file: StateFile, _ object: TexturedMesh) {
    self.init(plain: object)
    guard let color = file.floats("base color"), color.count == baseColor.count,
      let rough = file.floats("roughness"), rough.count == roughness.count, let light = file.floats("light"),
      light.count == self.light.colors.count, let specular = file.floats("specular")?.first,
      let normals = file.floats("normals"), normals.count == 3 * self.normals.count
    else { return nil }
    (baseColor, roughness, self.specular, self.light.colors) = (color, rough, specular, light)
    self.normals = stride(from: 0, to: normals.count, by: 3).map {
      SIMD3(normals[$0], normals[$0 + 1], normals[$0 + 2])
    }
  }
}
