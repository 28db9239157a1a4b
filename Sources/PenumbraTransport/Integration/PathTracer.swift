/// Unidirectional path tracing with next-event estimation, multiple importance sampling (power heuristic, Veach
/// 1997) and Russian roulette.
struct PathTracer {
  let scene: KernelScene
  let sensor: SensorRecord
  let camera: CameraInputs<Float>
  /// Segments + 1; `Int.max` for no limit.
  let maxDepth: Int
  let rouletteDepth: Int
  let hideEmitters: Bool

  struct Estimate {
    var radiance: Spectrum
    var alpha: Float
  }

  /// Unbiased estimate of the radiance [W·m⁻²·sr⁻¹] arriving at the film position `p` in [0, 1]².
  @inline(__always)
  func radiance<Recorder: PathRecorder>(
    at p: SIMD2<Float>, sampler: inout PathSampler, recorder: inout Recorder, rays: inout UInt64
  ) -> Estimate {
    var ray = cameraRay(p)
    var throughput = Spectrum.one
    var radiance = Spectrum.zero
    var alpha: Float = 1
    var etaScale: Float = 1
    var depth = 0
    // The camera counts as a Dirac lobe: emission it sees directly has no other strategy to share with.
    var previousPdf: Float = 0

    while true {
      rays &+= 1
      recorder.willTrace(ray, isShadow: false)
      guard var hit = scene.intersect(ray) else {
        let isVisible = scene.emitters.environment >= 0 && !(hideEmitters && depth == 0)
        if isVisible {
          let emitted = scene.emitters.environmentRadiance(ray.direction)
          let weight =
            previousPdf > 0 ? misWeight(previousPdf, scene.emitters.environmentDensity(ray.direction)) : 1
          radiance += throughput * emitted * weight
          if Recorder.isRecording {
            let vertex = recorder.append()
            vertex.pointee.kind = .escape
            vertex.pointee.throughput = throughput
            vertex.pointee.direction = ray.direction
            vertex.pointee.emitter = scene.emitters.environment
            vertex.pointee.emitterWeight = weight
            vertex.pointee.emitted = emitted
            vertex.pointee.hasLight = false
            vertex.pointee.inversePdf = 0
          }
        } else if depth == 0 {
          alpha = 0
        }
        break
      }

      // Emission of the surface itself, weighted against having been chosen by next-event estimation.
      let shape = scene.shapes + Int(hit.shape)
      var emitted = Spectrum.zero
      var emitterWeight: Float = 0
      if shape.pointee.emitter >= 0 {
        if hideEmitters && depth == 0 {
          ray.near = hit.distance + (1 + hit.distance) * RayOffset.epsilon
          continue
        }
        if dot(hit.geometricNormal, ray.direction) < 0 {
          emitted = scene.emitters.areaRadiance(shape.pointee.emitter, uv: hit.uv)
          emitterWeight =
            previousPdf > 0
            ? misWeight(
              previousPdf, scene.emitters.areaDensity(shape.pointee.emitter, hit: hit, from: ray.origin)) : 1
          radiance += throughput * emitted * emitterWeight
        }
      }

      var vertex: UnsafeMutablePointer<PathVertex>?
      if Recorder.isRecording {
        let v = recorder.append()
        v.pointee.kind = .end
        v.pointee.throughput = throughput
        v.pointee.direction = ray.direction
        v.pointee.emitter = emitterWeight > 0 ? shape.pointee.emitter : -1
        v.pointee.emitterWeight = emitterWeight
        v.pointee.emitted = emitted
        v.pointee.hasLight = false
        v.pointee.inversePdf = 0
        v.pointee.hit = hit
        vertex = v
      }
      if depth + 1 >= maxDepth { break }

      // Surface.
      var material = scene.materials + Int(shape.pointee.material)
      var wi = hit.frame.toLocal(-ray.direction)
      if material.pointee.kind == .twosided {
        let side = wi.z < 0 ? material.pointee.slots[1] : material.pointee.slots[0]
        if wi.z < 0 {
          hit.frame.n = -hit.frame.n
          wi.z = -wi.z
        }
        material = scene.materials + Int(side)
      }
      let bsdf = material.pointee.instantiate(ValueInputs(textures: scene.textures, uv: hit.uv))
      if Recorder.isRecording, let vertex {
        vertex.pointee.kind = .scatter
        vertex.pointee.material = Int32(truncatingIfNeeded: material - scene.materials)
        vertex.pointee.hit.frame = hit.frame
        vertex.pointee.wi = wi
        vertex.pointee.isDirac = false
      }

      // Next-event estimation.
      if !material.pointee.isDirac && scene.hasEmitters {
        let choice = sampler.next1D()
        if let light = scene.emitters.sample(from: hit.position, choice: choice, u: sampler.next2D()) {
          let wo = hit.frame.toLocal(light.direction)
          let value = bsdf.evaluate(wi: Vector(wi), wo: Vector(wo)).value
          if value.largest > 0 {
            rays &+= 1
            let shadow = shadowRay(hit, light)
            recorder.willTrace(shadow, isShadow: true)
            if !scene.isOccluded(shadow) {
              let scale = light.pdf > 0 ? light.scale * misWeight(light.pdf, bsdf.pdf(wi: wi, wo: wo)) : light.scale
              radiance += throughput * value * light.radiance * scale
              if Recorder.isRecording, let vertex {
                vertex.pointee.hasLight = true
                vertex.pointee.light = light
                vertex.pointee.lightWo = wo
                vertex.pointee.lightValue = value
                vertex.pointee.lightScale = scale
              }
            }
          }
        }
      }

      // Continuation.
      let lobe = material.pointee.kind == .diffuse ? 0 : sampler.next1D()
      guard let next = bsdf.sample(wi: wi, lobe: lobe, u: sampler.next2D()) else { break }
      var inversePdf = 1 / next.pdf
      etaScale *= next.eta
      depth += 1
      var survived = true
      if depth >= rouletteDepth {
        let survival = min((throughput * next.value).largest * inversePdf * etaScale * etaScale, 0.95)
        survived = sampler.next1D() < survival
        inversePdf /= survival
      }
      if Recorder.isRecording, let vertex {
        vertex.pointee.wo = next.wo
        vertex.pointee.value = next.value
        vertex.pointee.inversePdf = survived ? inversePdf : 0
        vertex.pointee.isDirac = next.isDirac
        vertex.pointee.isReflection = next.wo.z * wi.z > 0
      }
      guard survived else { break }
      throughput *= next.value * inversePdf
      if throughput.largest <= 0 { break }
      previousPdf = next.isDirac ? 0 : next.pdf
      let direction = hit.frame.toWorld(next.wo).normalized
      ray = Ray(
        origin: RayOffset.origin(hit.position, normal: hit.geometricNormal, direction: direction),
        direction: direction)
    }
    return Estimate(radiance: radiance, alpha: alpha)
  }

  @inline(__always) func cameraRay(_ p: SIMD2<Float>) -> Ray {
    let ray = sensor.ray(p, camera)
    return Ray(
      origin: ray.origin.value, direction: ray.direction.value.normalized, near: sensor.near / ray.forward,
      far: sensor.far / ray.forward)
  }

  @inline(__always) private func shadowRay(_ hit: SurfaceHit, _ light: EmitterSample) -> Ray {
    let origin = RayOffset.origin(hit.position, normal: hit.geometricNormal, direction: light.direction)
    guard light.distance < .infinity else { return Ray(origin: origin, direction: light.direction) }
    let offset = light.point - origin
    let distance = offset.length
    return Ray(origin: origin, direction: offset * (1 / distance), near: 0, far: distance * (1 - RayOffset.shadow))
  }

  /// Power heuristic with exponent 2.
  @inline(__always) private func misWeight(_ a: Float, _ b: Float) -> Float {
    let ratio = b / a
    return 1 / (1 + ratio * ratio)
  }
}
