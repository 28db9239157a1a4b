/// What an object of a scene file is: the tag it has there.
public enum ObjectKind: String, Sendable, CaseIterable {
  case scene, integrator, sensor, film, rfilter, sampler, bsdf, texture, spectrum, emitter, shape
  case medium, phase, volume
}

/// One object of a scene file with everything written in it, after includes, defaults and `$names` are resolved.
///
/// A class because objects have identity: two references to one `bsdf` mean the same parameters.
public final class SceneNode: Sendable {
  public let kind: ObjectKind
  /// The `type` attribute, for example `diffuse`.
  public let plugin: String
  public let id: String?
  public let location: SourceLocation
  /// In document order.
  public let properties: [Property]

  public init(
    kind: ObjectKind, plugin: String, id: String? = nil, location: SourceLocation, properties: [Property] = []
  ) {
    (self.kind, self.plugin, self.id) = (kind, plugin, id)
    (self.location, self.properties) = (location, properties)
  }

  /// One thing inside an object; nested objects may be unnamed (`""`).
  public struct Property: Sendable {
    public var name: String
    public var value: PropertyValue
    public var location: SourceLocation

    public init(name: String, value: PropertyValue, location: SourceLocation) {
      (self.name, self.value, self.location) = (name, value, location)
    }
  }

  /// `scene.xml:4:3 bsdf 'red'`, for messages.
  var place: String { id.map { "\(location) \(kind.rawValue) '\($0)'" } ?? "\(location) \(plugin) \(kind.rawValue)" }
}

/// A property as written; numbers in double precision.
public enum PropertyValue: Sendable {
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  case string(String)
  case point(SIMD3<Double>)
  case vector(SIMD3<Double>)
  /// Linear Rec. 709.
  case rgb(SIMD3<Double>)
  /// `<spectrum value="…"/>`: one number for all wavelengths.
  case uniformSpectrum(Double)
  /// `<spectrum value="400:0.1, …"/>`: piecewise linear in nm.
  case sampledSpectrum([SpectralSample])
  case transform(Matrix4)
  case object(SceneNode)
  case reference(id: String)
  /// In place of a file name.
  case mesh(EmbeddedMesh)
  /// In place of a file name.
  case picture(EmbeddedPicture)

  /// The tag it is written with.
  var typeName: String {
    switch self {
    case .boolean: "boolean"
    case .integer: "integer"
    case .float: "float"
    case .string: "string"
    case .point: "point"
    case .vector: "vector"
    case .rgb: "rgb"
    case .uniformSpectrum, .sampledSpectrum: "spectrum"
    case .transform: "transform"
    case .object(let node): node.kind.rawValue
    case .reference: "reference"
    case .mesh: "mesh"
    case .picture: "picture"
    }
  }
}

/// A point of a piecewise linear spectrum.
public struct SpectralSample: Sendable, Equatable {
  /// In nm.
  public var wavelength: Double
  public var value: Double

  public init(wavelength: Double, value: Double) { (self.wavelength, self.value) = (wavelength, value) }
}
