/// The JSON of a glTF 2.0 asset, with the parts of the format that scenes here need. Absent members are not written.
struct GLTFDocument: Encodable {
  struct Asset: Encodable {
    var version = "2.0"
    var generator = "Penumbra"
  }

  struct SceneEntry: Encodable {
    struct Extras: Encodable {
      /// `none`: no light comes from outside the model.
      var environment: String
    }
    var nodes: [Int]?
    var extras: Extras?
  }

  struct Node: Encodable {
    struct Extensions: Encodable {
      struct LightReference: Encodable { var light: Int }
      var light: LightReference
      enum CodingKeys: String, CodingKey { case light = "KHR_lights_punctual" }
    }
    var name: String?
    var children: [Int]?
    /// Column-major; absent for the identity.
    var matrix: [Double]?
    var mesh: Int?
    var camera: Int?
    var extensions: Extensions?
  }

  struct Mesh: Encodable {
    struct Primitive: Encodable {
      var attributes: [String: Int]
      var indices: Int
      var material: Int?
    }
    var name: String?
    var primitives: [Primitive]
  }

  struct Camera: Encodable {
    struct Perspective: Encodable { var yfov, aspectRatio, znear, zfar: Double }
    struct Orthographic: Encodable { var xmag, ymag, znear, zfar: Double }
    var type: String
    var perspective: Perspective?
    var orthographic: Orthographic?
  }

  struct Light: Encodable {
    struct Cone: Encodable { var innerConeAngle, outerConeAngle: Double }
    var type: String
    var name: String
    var color: [Float]
    var intensity: Float
    var spot: Cone?
  }

  struct Extensions: Encodable {
    struct Lights: Encodable { var lights: [Light] }
    var lights: Lights
    enum CodingKeys: String, CodingKey { case lights = "KHR_lights_punctual" }
  }

  struct Buffer: Encodable {
    var byteLength: Int
    var uri: String?
  }

  struct BufferView: Encodable {
    var buffer = 0
    var byteOffset: Int
    var byteLength: Int
    /// 34962 for vertices, 34963 for indices.
    var target: Int?
  }

  struct Accessor: Encodable {
    var bufferView: Int
    /// 5126 for float, 5125 for unsigned 32-bit numbers.
    var componentType: Int
    var count: Int
    var type: String
    var min: [Double]?
    var max: [Double]?
  }

  struct TextureEntry: Encodable { var sampler, source: Int }

  struct Sampler: Encodable, Hashable { var magFilter, minFilter, wrapS, wrapT: Int }

  struct Picture: Encodable {
    var name: String
    var mimeType: String?
    var bufferView: Int?
    var uri: String?
  }

  var asset = Asset()
  var scene = 0
  var scenes = [SceneEntry()]
  var nodes: [Node]?
  var meshes: [Mesh]?
  var materials: [GLTFMaterial]?
  var cameras: [Camera]?
  var extensions: Extensions?
  var extensionsUsed: [String]?
  var accessors: [Accessor]?
  var bufferViews: [BufferView]?
  var buffers: [Buffer]?
  var textures: [TextureEntry]?
  var samplers: [Sampler]?
  var images: [Picture]?
}

/// A material of a glTF asset.
struct GLTFMaterial: Encodable {
  struct MetallicRoughness: Encodable {
    var baseColorFactor: [Float]
    var metallicFactor: Float
    var roughnessFactor: Float
    var baseColorTexture: Reference?
    var metallicRoughnessTexture: Reference?
  }

  /// A texture as a material uses it.
  struct Reference: Encodable {
    struct Extensions: Encodable {
      struct Transform: Encodable {
        var offset: [Float]
        var rotation: Float
        var scale: [Float]
      }
      var transform: Transform
      enum CodingKeys: String, CodingKey { case transform = "KHR_texture_transform" }
    }
    var index: Int
    var extensions: Extensions?
  }

  struct Extensions: Encodable {
    struct Clearcoat: Encodable {
      var clearcoatFactor: Float
      var clearcoatTexture: Reference?
      var clearcoatRoughnessFactor: Float
      var clearcoatRoughnessTexture: Reference?
    }
    struct Transmission: Encodable {
      var transmissionFactor: Float
      var transmissionTexture: Reference?
    }
    struct IndexOfRefraction: Encodable { var ior: Float }
    struct Strength: Encodable { var emissiveStrength: Float }
    struct Specular: Encodable { var specularFactor: Float }

    var clearcoat: Clearcoat?
    var transmission: Transmission?
    var indexOfRefraction: IndexOfRefraction?
    var strength: Strength?
    var specular: Specular?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case clearcoat = "KHR_materials_clearcoat"
      case transmission = "KHR_materials_transmission"
      case indexOfRefraction = "KHR_materials_ior"
      case strength = "KHR_materials_emissive_strength"
      case specular = "KHR_materials_specular"
    }

    /// Names of those that are there.
    var used: [String] {
      let there: [(CodingKeys, Bool)] = [
        (.clearcoat, clearcoat != nil), (.transmission, transmission != nil),
        (.indexOfRefraction, indexOfRefraction != nil), (.strength, strength != nil), (.specular, specular != nil),
      ]
      return there.filter(\.1).map(\.0.rawValue)
    }
  }

  var name: String
  var pbrMetallicRoughness: MetallicRoughness
  var normalTexture: Reference?
  var emissiveFactor: [Float]?
  var emissiveTexture: Reference?
  var alphaMode: String?
  var alphaCutoff: Float?
  var doubleSided: Bool?
  var extensions: Extensions?
}
