/// The random numbers of one path vertex, each uniform in [0, 1).
///
/// Lane i and lane i + 4 are one point of a two-dimensional set, so decisions that belong together are stratified
/// together; different pairs are independent.
struct VertexNumbers {
  private let lanes: SIMD8<Float>

  @inline(__always) init(_ lanes: SIMD8<Float>) { self.lanes = lanes }

  /// Where on the emitter, or in which direction.
  @inline(__always) var light: SIMD2<Float> { SIMD2(lanes[0], lanes[4]) }
  /// Where in the BSDF's lobe.
  @inline(__always) var direction: SIMD2<Float> { SIMD2(lanes[1], lanes[5]) }
  /// Which emitter.
  @inline(__always) var emitter: Float { lanes[2] }
  /// Which of several materials that share the surface.
  @inline(__always) var material: Float { lanes[6] }
  /// Which lobe of the BSDF.
  @inline(__always) var lobe: Float { lanes[3] }
  /// Whether the path survives.
  @inline(__always) var roulette: Float { lanes[7] }
}
