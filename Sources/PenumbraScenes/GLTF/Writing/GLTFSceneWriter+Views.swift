import Foundation
import PenumbraTransport

/// Cameras and lights. Both look along −z in glTF, with +x to the right, and along +z with +x to the left here.
extension GLTFSceneWriter {
  private static let turn = Matrix4.scale([-1, 1, -1])

  private func world(_ offset: Int, _ pose: Pose) -> Matrix4 {
    let matrix = Matrix4(rowMajor: scene.theta[offset..<(offset + 16)].map(Double.init))
    return Placement(pose, pivot: matrix.column(3)).matrix(theta: scene.theta) * matrix
  }

  mutating func node(_ sensor: Sensor) -> Int {
    let matrix = world(sensor.toWorld, sensor.pose)
    let film = sensor.film
    let size = (width: film.crop?.fullWidth ?? film.width, height: film.crop?.fullHeight ?? film.height)
    let aspect = Double(size.width) / Double(size.height)
    let (near, far) = (Double(sensor.nearClip), Double(sensor.farClip))
    if sensor.distortion != nil { lose("sensor '\(sensor.id)': the distortion of its lens is left out") }
    switch sensor.projection {
    case .fisheye(let xFov, let offsetX, let offsetY), .perspective(let xFov, let offsetX, let offsetY):
      var degrees = Double(scene.theta[xFov])
      if case .fisheye = sensor.projection {
        lose("sensor '\(sensor.id)': written as a perspective camera, since glTF knows no fisheye")
        degrees = min(degrees, 120)
      }
      let half = tan(degrees * .pi / 360) / aspect
      cameras.append(
        GLTFDocument.Camera(
          type: "perspective",
          perspective: .init(yfov: 2 * atan(half), aspectRatio: aspect, znear: near, zfar: far)))
      if scene.theta[offsetX] != 0 || scene.theta[offsetY] != 0 {
        lose("sensor '\(sensor.id)': the offset of its principal point is left out")
      }
      if let lens = sensor.lens, scene.theta[lens.apertureRadius] > 0 {
        lose("sensor '\(sensor.id)': its aperture is left out")
      }
    case .orthographic:
      cameras.append(
        GLTFDocument.Camera(
          type: "orthographic",
          orthographic: .init(
            xmag: length(matrix.column(0)), ymag: length(matrix.column(1)) / aspect, znear: near, zfar: far)))
    }
    var node = GLTFDocument.Node(name: sensor.id)
    node.matrix = (matrix.rigidPart * Self.turn).columnMajor
    node.camera = cameras.count - 1
    return add(node)
  }

  /// `nil` for lights that glTF does not know, or that their shape's material has.
  mutating func node(_ emitter: Emitter) -> Int? {
    var node = GLTFDocument.Node(name: emitter.id)
    let intensity: TextureID
    let type: String
    var cone: GLTFDocument.Light.Cone?
    switch emitter.source {
    case .area: return nil
    case .constant, .environment:
      lose("emitter '\(emitter.id)': light from the environment is left out")
      return nil
    case .projector:
      lose("emitter '\(emitter.id)': projectors are left out")
      return nil
    case .point(let position, let value):
      let p = PosedValues.point(position, Placement(emitter.pose, pivot: .zero), theta: scene.theta)
      node.matrix = Matrix4.translation([Double(p[0]), Double(p[1]), Double(p[2])]).columnMajor
      (intensity, type) = (value, "point")
    case .directional(let toWorld, let value):
      node.matrix = (world(toWorld, emitter.pose).rigidPart * Self.turn).columnMajor
      (intensity, type) = (value, "directional")
    case .spot(let value, let picture, let cutoff, let beam, let toWorld):
      node.matrix = (world(toWorld, emitter.pose).rigidPart * Self.turn).columnMajor
      if picture != nil { lose("emitter '\(emitter.id)': its picture is left out") }
      let outer = min(Double(scene.theta[cutoff]) * .pi / 180, .pi / 2)
      // The inner angle has to be the smaller one.
      cone = .init(
        innerConeAngle: min(Double(scene.theta[beam]) * .pi / 180, outer * (1 - 1e-6)), outerConeAngle: outer)
      (intensity, type) = (value, "spot")
    }
    let color = SurfaceField(intensity, in: scene).mean
    let strength = max(color.max(), 0)
    let unit = strength > 0 ? color / strength : .one
    lights.append(
      GLTFDocument.Light(
        type: type, name: emitter.id, color: [unit.x, unit.y, unit.z], intensity: strength, spot: cone))
    node.extensions = .init(light: .init(light: lights.count - 1))
    return add(node)
  }
}
