import PenumbraImages
import PenumbraScenes

/// The reconstruction as files that Mitsuba 3 and this program load.
struct SceneFiles {
  let object: TexturedMesh
  /// `nil` for a scene that glows as it was lit.
  let appearance: Appearance?
  let photos: [Photo]

  /// Relative paths and contents, `scene.xml` last.
  func files() throws(ReconstructionError) -> [(path: String, bytes: [UInt8])] {
    let pictures: [(path: String, bytes: [UInt8])]
    do {
      if let appearance { pictures = try Self.pictures(appearance, object.atlas) } else { pictures = try glow() }
    } catch { throw ReconstructionError(error) }
    return [("meshes/object.ply", mesh)] + pictures + [("scene.xml", Array(xml.utf8))]
  }

  private static func pictures(_ appearance: Appearance, _ atlas: UVAtlas) throws(ImageError)
    -> [(path: String, bytes: [UInt8])]
  {
    let color = Image(width: atlas.width, height: atlas.height, values: appearance.baseColor)
    let roughness = Image(
      width: appearance.roughnessWidth, height: appearance.roughnessHeight, channels: ["Y"],
      values: appearance.roughness)
    return [
      ("textures/base_color.png", try color.encoded(as: .png)),
      ("textures/roughness.png", try roughness.encoded(as: .png, options: ImageWriteOptions(encoding: .linear))),
      ("textures/environment.exr", try picture(appearance.light).encoded(as: .exr)),
    ]
  }

  private func glow() throws(ImageError) -> [(path: String, bytes: [UInt8])] {
    let radiance = Image(width: object.atlas.width, height: object.atlas.height, values: object.texels)
    let far = object.surroundings ?? Surroundings(width: 2, height: 2, color: .zero)
    return [
      ("textures/radiance.png", try radiance.encoded(as: .png)),
      ("textures/environment.exr", try Self.picture(far).encoded(as: .exr)),
    ]
  }

  private static func picture(_ light: Surroundings) -> Image {
    Image(width: light.width, height: light.height, values: light.colors)
  }

  private var mesh: [UInt8] {
    let normals = appearance?.normals ?? object.mesh.shadingNormals()
    return MeshFile.ply(
      positions: object.atlas.positions(of: object.mesh),
      normals: object.atlas.sources.flatMap { i in (0..<3).map { normals[Int(i)][$0] } },
      texcoords: object.atlas.coordinates.flatMap { [$0.x, $0.y] }, triangles: object.atlas.triangles)
  }

  private var xml: String {
    """
    <scene version="3.0.0">
      <integrator type="path">
        <integer name="max_depth" value="\(appearance == nil ? 1 : MaterialScene.maximumDepth)"/>
        <boolean name="hide_emitters" value="\(appearance != nil)"/>
      </integrator>
    \(appearance.map { Self.litObject(specular: $0.specular) } ?? Self.glowingObject)
      <emitter type="envmap" id="light">
        <string name="filename" value="textures/environment.exr"/>
      </emitter>
    \(zip(photos, sensorNames).map(sensor).joined(separator: "\n"))
    </scene>

    """
  }

  private static func litObject(specular: Float) -> String {
    """
      <bsdf type="principled" id="surface">
        <texture type="bitmap" name="base_color">
          <string name="filename" value="textures/base_color.png"/>
          <string name="wrap_mode" value="clamp"/>
        </texture>
        <texture type="bitmap" name="roughness">
          <string name="filename" value="textures/roughness.png"/>
          <string name="wrap_mode" value="clamp"/>
          <boolean name="raw" value="true"/>
        </texture>
        <float name="specular" value="\(specular)"/>
      </bsdf>
      <shape type="ply" id="object">
        <string name="filename" value="meshes/object.ply"/>
        <ref id="surface"/>
      </shape>
    """
  }

  private static let glowingObject = """
      <shape type="ply" id="object">
        <string name="filename" value="meshes/object.ply"/>
        <bsdf type="diffuse">
          <rgb name="reflectance" value="0"/>
        </bsdf>
        <emitter type="area">
          <texture type="bitmap" name="radiance">
            <string name="filename" value="textures/radiance.png"/>
            <string name="wrap_mode" value="clamp"/>
          </texture>
        </emitter>
      </shape>
    """

  /// Ids of the photos' sensors: their names without folders and extension, made unique.
  var sensorNames: [String] {
    var taken: Set<String> = ["surface", "object", "light"]
    return photos.map { photo in
      let file = photo.name.split(separator: "/").last.map(String.init) ?? photo.name
      let stem = file.split(separator: ".").first.map(String.init) ?? file
      let plain = String(stem.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") ? $0 : "_" })
      var (name, number) = ("view_\(plain)", 1)
      while !taken.insert(name).inserted {
        number += 1
        name = "view_\(plain)_\(number)"
      }
      return name
    }
  }

  /// The pixel's square, or the point spread of a lens that is wider than it.
  private static func filter(_ photo: Photo) -> String {
    guard photo.blur > 0.5 else { return "<rfilter type=\"box\"/>" }
    return "<rfilter type=\"gaussian\"><float name=\"stddev\" value=\"\(photo.blur)\"/></rfilter>"
  }

  private func sensor(_ photo: Photo, _ name: String) -> String {
    let pinhole = photo.camera.pinhole
    let offset = pinhole.principalPointOffset
    let matrix = CameraConvention.mitsuba.cameraToWorld(photo.camera.pose).map { "\($0)" }.joined(separator: " ")
    let range = photo.camera.depthRange(of: object.mesh.bounds ?? Box(.zero, .one))
    return """
        <sensor type="perspective" id="\(name)">
          <float name="fov" value="\(pinhole.horizontalFieldOfView)"/>
          <string name="fov_axis" value="x"/>
          <float name="principal_point_offset_x" value="\(offset.x)"/>
          <float name="principal_point_offset_y" value="\(offset.y)"/>
          <float name="near_clip" value="\(range.near)"/>
          <float name="far_clip" value="\(range.far)"/>
          <transform name="to_world">
            <matrix value="\(matrix)"/>
          </transform>
          <film type="hdrfilm">
            <integer name="width" value="\(pinhole.width)"/>
            <integer name="height" value="\(pinhole.height)"/>
            <string name="pixel_format" value="rgba"/>
            \(Self.filter(photo))
          </film>
          <sampler type="independent">
            <integer name="sample_count" value="64"/>
          </sampler>
        </sensor>
      """
  }
}
