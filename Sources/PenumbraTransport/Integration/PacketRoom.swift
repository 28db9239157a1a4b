/// What eight paths are doing at the surfaces that they met.
struct PacketVertex {
  var surface = PacketSurface(
    position: .zero, geometricNormal: .zero, frame: PacketFrame(normal: PacketVector(Packet(repeating: 1))))
  /// Local direction to where each path came from.
  var wi = PacketVector.zero
  var throughput = PacketVector.zero
  var numbers = PacketNumbers()
  var light = PacketLights()
  /// Local direction to the light.
  var lightWo = PacketVector.zero
  var towardsLight = PacketScattering.none
  var sample = PacketSample(
    wo: .zero, value: .zero, pdf: Packet(repeating: 0), isFound: PacketMask(repeating: false))
}

/// Memory in which packets work, one after another: nothing is allocated while paths are traced.
struct PacketRoom {
  private let rows: UnsafeMutablePointer<SIMD4<Float>>
  /// What is computed lane by lane, and what reads it.
  let vertex: UnsafeMutablePointer<PacketVertex>
  let samples: UnsafeMutablePointer<EmitterSample>
  /// From which the paths' numbers are made; see `PathSampler.VertexKey`.
  let keys: UnsafeMutablePointer<SIMD8<UInt32>>
  let inputs: PacketInputs
  private let materials: UnsafeMutablePointer<UnsafePointer<MaterialRecord>>

  // Blocks of eight rows.
  private static let firstLightRow = PacketTriangles.rowCount
  private static let firstOwnRow = firstLightRow + PacketLightSampler.rowCount
  private static let firstInputRow = firstOwnRow + 12 * 8
  private static let rowCount = firstInputRow + PacketInputs.rowCount

  var triangles: PacketTriangles { PacketTriangles(rows) }
  var lightRows: UnsafeMutablePointer<SIMD4<Float>> { rows + Self.firstLightRow }
  func own(_ block: Int) -> PacketRows { PacketRows(base: rows + Self.firstOwnRow + 8 * block) }

  init() {
    rows = .allocate(capacity: Self.rowCount)
    rows.initialize(repeating: .zero, count: Self.rowCount)
    vertex = .allocate(capacity: 1)
    vertex.initialize(to: PacketVertex())
    samples = .allocate(capacity: 8)
    samples.initialize(
      repeating: EmitterSample(
        direction: .zero, distance: 0, radiance: .zero, scale: 0, isDirac: false, emitter: 0, point: .zero,
        normal: .zero, uv: .zero), count: 8)
    keys = .allocate(capacity: 3)
    keys.initialize(repeating: SIMD8(repeating: 0), count: 3)
    materials = .allocate(capacity: 8)
    inputs = PacketInputs(rows: rows + Self.firstInputRow, materials: materials)
  }

  func deallocate() {
    rows.deallocate()
    vertex.deallocate()
    samples.deallocate()
    keys.deallocate()
    materials.deallocate()
  }
}
