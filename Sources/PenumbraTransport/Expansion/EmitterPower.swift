import Foundation

/// How often each emitter is chosen: by power, mixed with a uniform choice so that none is starved.
struct EmitterPower {
  let structure: SceneStructure
  let values: UnsafeMutablePointer<Float>
  let textures: TextureTable
  let shapes: OwnedBuffer<ShapeRecord>
  /// Radius of a sphere around all surfaces.
  let sceneRadius: Float
  /// Emitters that are switched on.
  let isLit: [Bool]
  /// Part of the choices made uniformly: bounds the loss where power is a bad guide.
  var uniformShare: Float = 0.5

  func fill(
    records: OwnedBuffer<EmitterRecord>, selection: OwnedBuffer<Float>, environmentTable: OwnedBuffer<Float>
  ) {
    guard records.count > 0 else { return }
    let radius = sceneRadius
    let powers = (0..<records.count).map {
      isLit[$0] ? max(power(records.base[$0], radius, environmentTable), 0) * samplingWeight($0, records) : 0
    }
    let total = powers.reduce(0, +)
    let eligible = structure.emitters.indices.filter { isLit[$0] && samplingWeight($0, records) > 0 }
    guard !eligible.isEmpty else { return }
    let uniform = 1 / Float(eligible.count)
    var weights = [Float](repeating: 0, count: records.count)
    // A lit emitter of radiance 0 keeps its uniform share: its derivative is not 0.
    for i in eligible {
      weights[i] =
        total > 0 && total.isFinite
        ? (1 - uniformShare) * powers[i] / total + uniformShare * uniform : uniform
    }
    Self.write(weights, records, selection)
  }

  /// As asked for; lights with a size are never left out altogether, since the light that passes edges is not found otherwise.
  private func samplingWeight(_ index: Int, _ records: OwnedBuffer<EmitterRecord>) -> Float {
    let asked = structure.emitters[index].samplingWeight
    return records.base[index].isDirac ? asked : max(asked, 0.01)
  }

  /// Part of the choices that stays by power where a picture's own weights are known.
  private static let powerShare: Float = 0.2
  /// Weights count in so many steps, so that the choice stays the same while θ changes a little: pictures of neighbouring θ
  /// with the same random numbers then differ by what θ does.
  private static let steps: Float = 16

  /// The choice by power mixed with weights for one picture, whose sum is not 0.
  static func blend(_ weights: [Float], _ powers: [Float]) -> [Float] {
    let total = weights.reduce(0, +)
    return zip(weights, powers).map { weight, power in
      powerShare * power + (1 - powerShare) * (weight / total * steps).rounded() / steps
    }
  }

  static func write(
    _ weights: [Float], _ records: OwnedBuffer<EmitterRecord>, _ selection: OwnedBuffer<Float>
  ) {
    _ = weights.withUnsafeBufferPointer { CumulativeTable.fill(selection.base, weights: $0) }
    let table = CumulativeTable(cumulative: selection.base, count: selection.count)
    for i in 0..<records.count { records.base[i].selection = table.probability(i) }
  }

  private func power(_ record: EmitterRecord, _ radius: Float, _ table: OwnedBuffer<Float>) -> Float {
    switch record.kind {
    case .area: .pi * shapes.base[Int(record.shape)].area * meanLuminance(record.texture)
    case .point: 4 * .pi * meanLuminance(record.texture)
    case .spot: 2 * .pi * (1 - coneCosine(record.profile)) * meanLuminance(record.texture)
    case .projector: values[Int(record.profile.first)] * pictureArea(record.profile) * meanLuminance(record.texture)
    case .directional: .pi * radius * radius * meanLuminance(record.texture)
    case .constant: 4 * .pi * .pi * radius * radius * meanLuminance(record.texture)
    case .environment:
      .pi * radius * radius * abs(values[Int(record.environment.scale)])
        * EnvironmentDistribution.fill(
          table.base, texels: values + Int(record.environment.data), width: Int(record.environment.width),
          height: Int(record.environment.height))
    }
  }

  /// Cosine half way down a spot's falloff.
  private func coneCosine(_ profile: LightProfile) -> Float {
    cos((values[Int(profile.first)] + values[Int(profile.second)]) * (.pi / 360))
  }

  /// π · area of a projector's picture at distance 1.
  private func pictureArea(_ profile: LightProfile) -> Float {
    let half = tan(values[Int(profile.second)] * (.pi / 360))
    return .pi * 4 * half * half / profile.aspect
  }

  private func meanLuminance(_ id: Int32) -> Float {
    let record = textures.records[Int(id)]
    guard record.kind == .bitmap else {
      return textures.color(id, [0.25, 0.25]).luminance
    }
    let texels = Int(record.width * record.height)
    let channels = Int(record.channels)
    var sum = 0.0
    for i in 0..<texels * channels { sum += Double(values[Int(record.offset) + i]) }
    return Float(sum / Double(texels * channels))
  }
}
