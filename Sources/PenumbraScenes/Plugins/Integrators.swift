import PenumbraTransport

extension SceneAssembler {
  /// Every integrator of Mitsuba that estimates the same picture is rendered by the path tracer.
  mutating func integrator(_ node: SceneNode) throws(SceneError) -> IntegratorSettings {
    var reader = PropertyReader(node, in: document)
    let settings: IntegratorSettings
    let plugin = try node.plugin(IntegratorPlugin.self)
    switch plugin {
    case .path, .volpath, .volpathmis, .ptracer: settings = try pathSettings(&reader, maxDepth: -1)
    case .prb, .prbBasic, .prbProjective, .prbvolpath: settings = try pathSettings(&reader, maxDepth: 6)
    case .direct, .directProjective:
      reader.ignore("shading_samples", "emitter_samples", "bsdf_samples")
      settings = try pathSettings(&reader, maxDepth: 2, isFixed: true)
    case .moment:
      let name = reader.node.properties.first { document.object($0)?.kind == .integrator }?.name ?? ""
      let label = name.isEmpty ? "_arg_0" : name
      var inner = try nested(&reader, of: node)
      inner.aovs += [AOV(name: label, kind: .tristimulus), AOV(name: "m2_\(label)", kind: .secondMoment)]
      settings = inner
    case .aov:
      let layers = try aovs(&reader)
      var inner = try nested(&reader, of: node)
      inner.aovs = layers + inner.aovs
      settings = inner
    case .stokes, .depth: throw node.unsupported
    }
    try reader.finish()
    return settings
  }

  /// Properties that path tracers and their derivatives share; those about scheduling change nothing here.
  private func pathSettings(_ reader: inout PropertyReader, maxDepth: Int, isFixed: Bool = false) throws(SceneError)
    -> IntegratorSettings
  {
    var settings = IntegratorSettings(maxDepth: maxDepth)
    if !isFixed { settings.maxDepth = try reader.integer("max_depth", default: maxDepth, in: -1...(1 << 24)) }
    settings.rouletteDepth = try reader.integer("rr_depth", default: 5, in: 1...Int(Int32.max))
    settings.hideEmitters = try reader.boolean("hide_emitters", default: false)
    reader.ignore(
      "timeout", "block_size", "samples_per_pass", "sppc", "sppp", "sppi", "guiding", "guiding_proj",
      "guiding_rounds", "proj_seed_spp")
    return settings
  }

  /// The integrator inside `moment` or `aov`; without one, emitters and surfaces by path tracing.
  private mutating func nested(_ reader: inout PropertyReader, of node: SceneNode) throws(SceneError)
    -> IntegratorSettings
  {
    let inner = reader.objects(.integrator)
    guard inner.count <= 1 else { throw reader.outOfRange("", "one nested integrator", found: "\(inner.count)") }
    guard let first = inner.first else { return IntegratorSettings() }
    return try integrator(first.node)
  }

  /// `name:type` pairs.
  private func aovs(_ reader: inout PropertyReader) throws(SceneError) -> [AOV] {
    guard let text = try reader.string("aovs") else { throw reader.missing("'aovs'") }
    var layers: [AOV] = []
    for item in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
      let pair = item.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2, !pair[0].isEmpty else {
        throw reader.outOfRange("aovs", "name:type pairs", found: "'\(item)'")
      }
      layers.append(AOV(name: pair[0], kind: try aovKind(pair[1], reader: reader)))
    }
    return layers
  }

  private func aovKind(_ name: String, reader: PropertyReader) throws(SceneError) -> AOV.Kind {
    switch name {
    case "albedo": return .albedo
    case "depth": return .depth
    case "position": return .position
    case "uv": return .uv
    case "geo_normal": return .geometricNormal
    case "sh_normal": return .normal
    case "prim_index": return .primitiveIndex
    case "shape_index": return .shapeIndex
    default:
      let known = ["albedo", "depth", "position", "uv", "geo_normal", "sh_normal", "prim_index", "shape_index"]
      guard ["dp_du", "dp_dv", "duv_dx", "duv_dy", "boundary_test"].contains(name) else {
        throw reader.outOfRange(
          "aovs", "a layer of \(known.joined(separator: ", "))",
          found: "'\(name)'\(suggestion(for: name, among: known))")
      }
      throw SceneError(.unsupported, at: reader.node.place, found: "layer '\(name)' is not supported yet")
    }
  }
}
