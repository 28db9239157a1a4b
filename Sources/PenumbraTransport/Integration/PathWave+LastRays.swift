import CEmbree

/// Rays of which not everything that they meet matters.
extension PathWave {
  /// What paths add of a sky of one radiance, which reflection alone looks for; `nil` for any other.
  func evenSky(_ tracer: PathTracer) -> Spectrum? {
    guard tracer.scene.emitters.environment >= 0, tracer.scene.nextEvent.leavesSky else { return nil }
    return tracer.scene.emitters.environmentRadiance(.zero)
  }

  /// As `PathTracer.addSky`.
  @inline(__always) static func add(_ evenSky: Spectrum, to path: inout PathState, _ tracer: PathTracer) {
    if tracer.hideEmitters && path.isDirect {
      path.alpha = 0
    } else if path.previousPdf >= 0 {
      path.radiance += path.throughput * evenSky
    }
  }

  /// Ends the paths whose last ray cannot meet a lamp: what else it meets says nothing, so that it is only asked whether it
  /// reaches the sky, where there is one.
  ///
  /// - Returns: how many others there are, brought together.
  @inline(never)
  func endPaths<Recorder: PathRecorder>(
    _ rays: UnsafeMutablePointer<CEmbreeRay>, _ left: UnsafeMutablePointer<Float>, _ count: Int, _ tracer: PathTracer,
    _ recorders: UnsafeMutablePointer<Recorder>, _ evenSky: Spectrum?, _ rayCount: inout UInt64
  ) -> Int {
    guard let lamps = tracer.scene.lamps, lanes[active[0]].path.depth + 1 >= tracer.maxDepth else { return count }
    let hasSky = tracer.scene.emitters.environment >= 0
    intersector.find(lamps, rays, left: left, count: count, isBlocked)
    var (others, asked) = (0, 0)
    for i in 0..<count {
      let path = lanes[active[i]].path
      if isBlocked[i] != 0 || path.isDirect || path.depth + 1 < tracer.maxDepth {
        (rays[others], left[others], active[others]) = (rays[i], left[i], active[i])
        others += 1
      } else if hasSky && path.previousPdf >= 0 {
        (shadowRays[asked], shadowLeft[asked], ending[asked]) = (rays[i], left[i], active[i])
        asked += 1
      }
    }
    if asked == 0 { return others }
    intersector.occlude(shadowRays, left: shadowLeft, count: asked, tracer.scene, isBlocked)
    rayCount &+= UInt64(asked)
    for i in 0..<asked where isBlocked[i] == 0 {
      let lane = lanes + ending[i]
      let recorder = recorders + (Recorder.isRecording ? ending[i] : 0)
      if let evenSky {
        Self.add(evenSky, to: &lane.pointee.path, tracer)
      } else if SkyPacket.takes(lane.pointee.path, tracer) {
        sky.pointee.append(lane, shadowRays + i, recorder.pointee.newVertex())
        if sky.pointee.isFull { sky.pointee.add(tracer.scene.emitters) }
      } else {
        lane.pointee.path.ray = Ray(shadowRays[i])
        tracer.addSky(&lane.pointee.path, &recorder.pointee)
      }
    }
    if sky.pointee.count > 0 { sky.pointee.add(tracer.scene.emitters) }
    return others
  }
}
