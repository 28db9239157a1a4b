/// Every element name of the scene format. Closed on purpose: anything else is an error.
enum SceneTag: String, CaseIterable {
  case scene, integrator, sensor, film, rfilter, sampler, bsdf, texture, spectrum, emitter, shape
  case medium, phase, volume
  case boolean, integer, float, string, point, vector, rgb, transform, ref
  case include, alias, path, `default`
  case translate, scale, rotate, matrix, lookat

  enum Role {
    case object(ObjectKind)
    case property, directive, transformStep
  }

  var role: Role {
    if let kind = ObjectKind(rawValue: rawValue) { return .object(kind) }
    switch self {
    case .include, .alias, .path, .default: return .directive
    case .translate, .scale, .rotate, .matrix, .lookat: return .transformStep
    default: return .property
    }
  }
}
