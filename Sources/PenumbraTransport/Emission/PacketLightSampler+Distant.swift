/// Lights that are no surfaces, put in their lanes after `setAreas`.
extension PacketLightSampler {
  /// As `EmitterTable.sampleDistant` for lights at points.
  @inline(__always) func setPoints(_ lights: inout PacketLights, _ isPoint: PacketMask) {
    let squared = lights.distance * lights.distance
    lights.scale = lights.scale.replacing(with: weights.columns.x / squared, where: isPoint)
    lights.isDirac = isPoint
    lights.isFound = lights.isFound .| (isPoint .& (squared .> 0))
    lights.normal = lights.normal.replacing(with: .zero, where: isPoint)
    setPlace(&lights, where: isPoint)
  }

  /// As `EmitterTable.sampleDistant` for directional lights.
  @inline(__always) func setDirectional(_ lights: inout PacketLights, _ isDirectional: PacketMask) {
    let direction = directions.columns
    lights.direction = lights.direction.replacing(with: direction.vector, where: isDirectional)
    lights.scale = lights.scale.replacing(with: direction.w, where: isDirectional)
    lights.isDirac = lights.isDirac .| isDirectional
    setFar(&lights, where: isDirectional)
  }

  /// Lights of which the radiance alone is in rows, infinitely far away.
  @inline(__always) private func setFar(_ lights: inout PacketLights, where isFar: PacketMask) {
    lights.radiance = lights.radiance.replacing(with: radiances.vectors, where: isFar)
    lights.distance = lights.distance.replacing(with: .infinity, where: isFar)
    lights.point = lights.point.replacing(with: .zero, where: isFar)
    lights.normal = lights.normal.replacing(with: .zero, where: isFar)
    setPlace(&lights, where: isFar)
  }

  /// Lights without a surface have no coordinates on one.
  @inline(__always) private func setPlace(_ lights: inout PacketLights, where mask: PacketMask) {
    lights.place = (lights.place.0.replacing(with: 0, where: mask), lights.place.1.replacing(with: 0, where: mask))
  }

  /// As `EmitterTable.sampleDistant` for environments.
  @inline(never) func setSky(_ lights: inout PacketLights, _ skies: PacketBits) {
    let record = emitters.records + Int(emitters.environment)
    let place = places.columns
    let isSky = skies.mask
    let direction: PacketVector
    if record.pointee.kind == .environment {
      let sky = PacketSky(map: record.pointee.environment, values: emitters.values, rows: points.base)
      let (found, sine) = sky.directions(place.x, place.y)
      direction = found
      sky.radiances(place.x, place.y, skies, into: radiances)
      lights.scale = lights.scale.replacing(with: 2 * .pi * .pi * sine / place.z, where: isSky)
      lights.isFound = lights.isFound .& (.!isSky .| (sine .> 0))
    } else {
      direction = Warp.sphere(place.x, place.y)
      lights.scale = lights.scale.replacing(with: 4 * .pi * place.z, where: isSky)
    }
    lights.direction = lights.direction.replacing(with: direction, where: isSky)
    lights.isDirac = lights.isDirac .& .!isSky
    setFar(&lights, where: isSky)
  }

  /// Puts the lights that were sampled one by one in their lanes.
  @inline(never)
  func takeSamples(_ lights: inout PacketLights, _ alone: PacketBits, _ found: PacketBits) {
    for lane in 0..<8 where alone.contains(lane) && found.contains(lane) {
      let sample = samples[lane]
      corners[lane] = SIMD4(sample.point, sample.scale)
      weights[vector: lane] = sample.normal
      alongU[lane] = SIMD4(lowHalf: sample.uv, highHalf: .zero)
      directions[lane] = SIMD4(sample.direction, sample.distance)
      radiances[lane] = SIMD4(sample.radiance, sample.isDirac ? 1 : 0)
    }
    let isAlone = alone.mask
    let (point, direction, radiance) = (corners.columns, directions.columns, radiances.columns)
    lights.point = lights.point.replacing(with: point.vector, where: isAlone)
    lights.normal = lights.normal.replacing(with: weights.vectors, where: isAlone)
    lights.direction = lights.direction.replacing(with: direction.vector, where: isAlone)
    lights.radiance = lights.radiance.replacing(with: radiance.vector, where: isAlone)
    lights.distance = lights.distance.replacing(with: direction.w, where: isAlone)
    let place = alongU.columns
    lights.place = (
      lights.place.0.replacing(with: place.x, where: isAlone), lights.place.1.replacing(with: place.y, where: isAlone)
    )
    lights.scale = lights.scale.replacing(with: point.w, where: isAlone)
    lights.isDirac = lights.isDirac .| (isAlone .& (radiance.w .> 0))
  }
}
