/// What a path carries from vertex to vertex.
struct PathState {
  /// Of paths in a wave only while they scatter alone.
  var ray = Ray(origin: .zero, direction: .zero)
  var throughput = Spectrum.one
  var radiance = Spectrum.zero
  var alpha: Float = 1
  /// Product of the relative indices of refraction crossed, which roulette must not count as energy.
  var etaScale: Float = 1
  var depth = 0
  /// Whether the path met nothing so far, or passed straight through all that it met.
  var isDirect = true
  /// Density with which the ray's direction was chosen; 0 for the camera and Dirac lobes, whose emission no other
  /// strategy can share; negative when emission at the next vertex is not counted at all.
  var previousPdf: Float = 0
  /// Geometric normal where it was chosen, by which one of many lights is chosen too.
  var previousNormal = Vector3.zero

  /// Lets the path start in the middle of the scene, at a surface whose own emission, or the sky's, others count.
  ///
  /// - Parameter depth: scattering events before it.
  @inline(__always) mutating func startScattered(depth: Int) {
    self.depth = depth
    previousPdf = -1
  }
}
