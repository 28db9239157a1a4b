import Foundation
import PenumbraImages
import Testing

@testable import PenumbraReconstruction

@Suite("Camera files") struct CameraFileTests {
  private let temporary: TemporaryFolder

  init() throws { temporary = try TemporaryFolder("caméra test") }

  /// A folder of its own with `count` small pictures in images/.
  private func folder(_ count: Int, width: Int = 8, height: Int = 6) throws -> String {
    let path = try temporary.folder()
    try FileManager.default.createDirectory(atPath: path + "/images", withIntermediateDirectories: true)
    for i in 0..<count {
      try Image(width: width, height: height, repeating: 0.5).write(to: "\(path)/images/\(i).png")
    }
    return path
  }

  private func matrix(_ z: Double) -> String { "[[1,0,0,0],[0,1,0,0],[0,0,1,\(z)],[0,0,0,1]]" }

  private func write(_ text: String, _ folder: String, _ name: String = "transforms.json") throws {
    try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
  }

  @Test("Own intrinsics win over shared ones, absent pictures are skipped with one warning")
  func transforms() throws {
    let path = try folder(3)
    try write(
      """
      {"w": 8, "h": 6, "fl_x": 10, "cx": 4.5, "k1": 0.1, "split": {"train": ["images/0.png"], "test": ["images/1.png"]},
       "aabb": [[-1,-1,-1],[1,1,1]],
       "frames": [{"file_path": "images/0.png", "transform_matrix": \(matrix(1))},
                  {"file_path": "./images/1.png", "transform_matrix": \(matrix(2)), "fl_x": 20, "fl_y": 21, "k1": 0},
                  {"file_path": "images/gone.png", "transform_matrix": \(matrix(3))}]}
      """, path)
    let listing = try TransformsFile.read("\(path)/transforms.json", folder: path)
    try #require(listing.photos.count == 2)
    #expect(listing.photos.map(\.isHeldOut) == [false, true])
    #expect(listing.photos[1].intrinsics.fx == 20 && listing.photos[1].intrinsics.fy == 21)
    #expect(
      listing.photos[0].intrinsics
        == Intrinsics(
          width: 8, height: 6, fx: 10, fy: 10, cx: 4.5, cy: 3, lens: .radialTangential([0.1, 0, 0, 0])))
    #expect(listing.warnings.count == 1 && listing.warnings[0].contains("1 of 3"))
    #expect(listing.bounds?.1 == [1, 1, 1])
  }

  @Test(
    "A faulty file is refused in one line that names the frame",
    arguments: [
      ("{\"frames\": []}", "no frames"),
      ("{\"frames\": [{\"file_path\": \"images/0.png\"}]}", "frames[0]: expected the key 'transform_matrix'"),
      ("{\"frames\": 3}", "frames"),
      ("{\"fr", "JSON"),
      (
        "{\"fl_x\": 9, \"frames\": [{\"file_path\": \"images/0.png\", \"transform_matrix\": [[1,0,0,0],[0,1,0,0],[0,0,-1,0],[0,0,0,1]]}]}",
        "frames[0]"
      ),
      (
        "{\"frames\": [{\"file_path\": \"images/0.png\", \"transform_matrix\": [[1,0,0,0],[0,1,0,0],[0,0,1,0]]}]}",
        "fl_x or camera_angle_x"
      ),
      ("{\"fl_x\": 9, \"frames\": [{\"file_path\": \"a.png\", \"transform_matrix\": []}]}", "none of its 1 photos"),
    ])
  func faults(text: String, part: String) throws {
    let path = try folder(1)
    try write(text, path)
    let error = #expect(throws: ReconstructionError.self) {
      try TransformsFile.read("\(path)/transforms.json", folder: path)
    }
    #expect(error?.message.contains(part) ?? false, "\(error?.message ?? "")")
    #expect(!(error?.message.contains("\n") ?? true))
  }

  @Test("COLMAP's text and binary forms of one model are read alike")
  func colmap() throws {
    let path = try folder(2, width: 640, height: 480)
    try write("# comment\n1 OPENCV 640 480 500 510 320 240 0.1 0.2 0.01 0.02\n", path, "cameras.txt")
    try write(
      "# comment\n1 0.5 0.5 0.5 0.5 1 2 3 1 0.png\n\n2 1 0 0 0 0 0 4 1 1.png\n10 20 -1 5 6 7\n", path, "images.txt")
    try write("7 1.5 2.5 3.5 255 0 0 0.1 1 2\n", path, "points3D.txt")
    let text = try ColmapModel.read(path)
    let binary = path + "/binary"
    try FileManager.default.createDirectory(atPath: binary, withIntermediateDirectories: true)
    var cameras = Bytes()
    cameras.add(UInt64(1))
    cameras.add(UInt32(1))
    cameras.add(UInt32(4))
    cameras.add(UInt64(640))
    cameras.add(UInt64(480))
    for p in [500, 510, 320, 240, 0.1, 0.2, 0.01, 0.02] { cameras.add(p) }
    var images = Bytes()
    images.add(UInt64(2))
    for (id, numbers, name, points) in [
      (UInt32(1), [0.5, 0.5, 0.5, 0.5, 1, 2, 3], "0.png", 0), (2, [1, 0, 0, 0, 0, 0, 4], "1.png", 2),
    ] {
      images.add(id)
      for n in numbers { images.add(n) }
      images.add(UInt32(1))
      images.bytes += Array(name.utf8) + [0]
      images.add(UInt64(points))
      images.bytes += [UInt8](repeating: 9, count: 24 * points)
    }
    var points = Bytes()
    points.add(UInt64(1))
    points.add(UInt64(7))
    for n in [1.5, 2.5, 3.5] { points.add(n) }
    points.bytes += [255, 0, 0]
    points.add(0.1)
    points.add(UInt64(1))
    points.bytes += [UInt8](repeating: 0, count: 8)
    for (name, data) in [("cameras", cameras), ("images", images), ("points3D", points)] {
      try Data(data.bytes).write(to: URL(fileURLWithPath: "\(binary)/\(name).bin"))
    }
    #expect(try ColmapModel.read(binary) == text)
    #expect(text.points == [[1.5, 2.5, 3.5]] && text.pictures.count == 2)
    let listing = try text.listing(photos: path, place: path)
    #expect(listing.photos.map(\.name) == ["0.png", "1.png"])
    #expect(length(listing.photos[1].pose.position - SIMD3(0, 0, -4)) < 1e-12)
    // Cut short at any byte: an error, never a crash.
    for length in stride(from: 0, to: images.bytes.count, by: 7) {
      try Data(images.bytes.prefix(length)).write(to: URL(fileURLWithPath: "\(binary)/images.bin"))
      #expect(throws: ReconstructionError.self) { try ColmapModel.read(binary) }
    }
  }

  @Test("Folders that hold no usable photos say what to do")
  func folders() throws {
    let empty = try folder(0)
    func message(_ path: String) -> String {
      do {
        _ = try PhotoLoader(PhotoOptions(photos: path, workspace: path + "/work")).load()
        return "accepted"
      } catch { return error.message }
    }
    #expect(message(empty).contains("found none"))
    #expect(message(empty + "/nowhere").contains("nothing there"))
    #expect(message(try folder(1)).contains("one shows no depth"))
    try write("x", empty, "IMG_1.HEIC")
    #expect(message(empty).contains("heif-convert"))
    if ColmapProgram.path() == nil { #expect(message(try folder(4)).contains("install colmap")) }
  }

  private struct Bytes {
    var bytes: [UInt8] = []
    mutating func add<I: FixedWidthInteger>(_ value: I) {
      for shift in stride(from: 0, to: I.bitWidth, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> I(shift))) }
    }
    mutating func add(_ value: Double) { add(value.bitPattern) }
  }
}
