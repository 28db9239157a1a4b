/// Mitsuba's plugins, family by family. The closed sets make "not supported yet" and "unknown" different errors.
enum BSDFPlugin: String, CaseIterable {
  case diffuse, conductor, roughconductor, dielectric, principled, twosided
  case thindielectric, roughdielectric, plastic, roughplastic, principledthin, mask, blendbsdf, bumpmap, normalmap
  case null, hair, measured, pplastic, polarizer, retarder, circular
  case measuredPolarized = "measured_polarized"
}

enum ShapePlugin: String, CaseIterable {
  case sphere, rectangle, cube, disk, cylinder, obj, ply, serialized, shapegroup, instance
  case bsplinecurve, linearcurve, sdfgrid, merge, ellipsoids
  case ellipsoidsmesh
}

enum EmitterPlugin: String, CaseIterable {
  case area, point, directional, constant, envmap
  case spot, projector, directionalarea, sunsky, volumelight
  case timedSunsky = "timed_sunsky"
}

enum TexturePlugin: String, CaseIterable {
  case bitmap, checkerboard, uniform, srgb, d65
  case rawconstant, volume, blackbody, regular, irregular
  case meshAttribute = "mesh_attribute"
}

enum SensorPlugin: String, CaseIterable {
  case perspective, orthographic
  case thinlens, radiancemeter, irradiancemeter, distant, batch
  /// Not one of Mitsuba's.
  case fisheye
}

enum FilmPlugin: String, CaseIterable {
  case hdrfilm, ldrfilm
  case specfilm
}

enum FilterPlugin: String, CaseIterable {
  case box, tent, gaussian
  case mitchell, catmullrom, lanczos
}

enum SamplerPlugin: String, CaseIterable {
  case independent, multijitter, stratified, orthogonal, ldsampler
}

enum IntegratorPlugin: String, CaseIterable {
  case path, direct, aov, moment, ptracer, prb, volpath, volpathmis
  case prbBasic = "prb_basic"
  case directProjective = "direct_projective"
  case prbProjective = "prb_projective"
  case prbvolpath, stokes, depth
}

extension SceneNode {
  /// The plugin this object names.
  ///
  /// - Throws: when Mitsuba has no plugin of that name either.
  func plugin<Plugin: RawRepresentable & CaseIterable>(_ type: Plugin.Type) throws(SceneError) -> Plugin
  where Plugin.RawValue == String {
    if let plugin = Plugin(rawValue: self.plugin) { return plugin }
    let hint = suggestion(for: self.plugin, among: Plugin.allCases.map(\.rawValue))
    throw SceneError(
      .unknownName, at: location.description, found: "unknown \(kind.rawValue) plugin '\(self.plugin)'\(hint)")
  }

  /// A plugin of Mitsuba that this version cannot read.
  var unsupported: SceneError {
    SceneError(
      .unsupported, at: location.description, found: "\(kind.rawValue) plugin '\(plugin)' is not supported yet")
  }
}
