import PenumbraImages
import PenumbraScenes
import PenumbraTransport

/// New views of a reconstruction: around the object, or under other light.
struct Turntable {
  let object: TexturedMesh
  let photos: [Photo]

  /// Cameras on a circle at the photos' mean distance and height, looking at the object.
  func cameras(_ count: Int) -> [Camera] {
    guard let box = object.mesh.bounds, let first = photos.first else { return [] }
    let center = box.center
    let offsets = photos.map { $0.camera.pose.position - center }
    let axis = axis
    let heights = offsets.map { dot($0, axis) }
    let height = heights.reduce(0, +) / Double(heights.count)
    let distance = offsets.map { length($0) }.reduce(0, +) / Double(offsets.count)
    let radius = max(distance * distance - height * height, 0.04 * distance * distance).squareRoot()
    // The first camera stands where the first photo was taken from.
    let start = offsets[0] - axis * dot(axis, offsets[0])
    let x = length(start) > 1e-6 * distance ? normalize(start) : SIMD3<Double>(tangents(of: SIMD3<Float>(axis)).0)
    let y = cross(axis, x)
    var pinhole = first.camera.pinhole
    // The whole object in the picture, whatever the photos cut off.
    let fit = 0.45 * Double(min(pinhole.width, pinhole.height)) * distance / (0.5 * box.diagonal)
    pinhole.focal = min(pinhole.focal, fit)
    (pinhole.cx, pinhole.cy) = (Double(pinhole.width) / 2, Double(pinhole.height) / 2)
    return (0..<count).map { i in
      let angle = 2 * .pi * Double(i) / Double(count)
      let position = center + axis * height + (x * cosine(angle) + y * sine(angle)) * radius
      let forward = normalize(center - position)
      let right = normalize(cross(forward, axis))
      return Camera(
        pinhole, CameraPose(right: right, down: cross(forward, right), forward: forward, position: position))
    }
  }

  /// The direction that photographers held upwards, or the one that the cameras circle around.
  private var axis: SIMD3<Double> {
    let up = photos.reduce(SIMD3<Double>.zero) { $0 - $1.camera.pose.down }
    return length(up) > 0.3 * Double(photos.count) ? normalize(up) : [0, 0, 1]
  }

  /// The object before cameras.
  ///
  /// - Parameter light: in place of the recovered one.
  func scene(_ cameras: [Camera], _ appearance: Appearance?, light: Surroundings?) throws(ReconstructionError) -> Scene
  {
    if let appearance {
      return try MaterialScene(object.mesh, object.atlas, appearance, cameras: cameras, light: light).scene
    }
    return try ShapeScene(
      object.mesh, object.atlas, texture: object.texels, surroundings: object.surroundings, cameras: cameras,
      box: object.mesh.bounds ?? Box(.zero, .one)
    ).scene
  }

  /// Renders cameras into `folder/000.png`, …, before nothing, with alpha.
  func render(
    _ cameras: [Camera], _ scene: Scene, samples: Int, threads: Int?,
    monitor: RenderMonitor,
    write: (Int, [UInt8]) throws(ReconstructionError) -> Void
  ) throws(ReconstructionError) {
    let renderer: Renderer
    do { renderer = try Renderer(scene) } catch { throw ReconstructionError(error) }
    for index in cameras.indices {
      var settings = RenderSettings()
      (settings.sensor, settings.samplesPerPixel, settings.sampler) = (index, samples, .sobol)
      settings.threads = threads
      let picture: RenderResult
      do { picture = try renderer.render(settings, monitor: monitor) } catch { throw ReconstructionError(error) }
      // PNG holds straight alpha.
      let values = picture.alpha.indices.flatMap { i -> [Float] in
        let alpha = picture.alpha[i]
        let scale = alpha > 0 ? 1 / alpha : 0
        return [picture.rgb[3 * i] * scale, picture.rgb[3 * i + 1] * scale, picture.rgb[3 * i + 2] * scale, alpha]
      }
      let image = Image(
        width: picture.width, height: picture.height, channels: ["R", "G", "B", "A"], values: values)
      do { try write(index, try image.encoded(as: .png)) } catch let error as ImageError {
        throw ReconstructionError(error)
      } catch let error as ReconstructionError { throw error } catch {
        throw ReconstructionError(.failed, "\(error)")
      }
    }
  }
}
