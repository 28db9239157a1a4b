import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// Materials of eight paths against the same materials of one.
struct PacketBSDFTests {
  /// A material in all lanes of a packet.
  private final class Inputs {
    private let rows = OwnedBuffer(repeating: SIMD4<Float>.zero, count: PacketInputs.rowCount)
    private let record: OwnedBuffer<MaterialRecord>
    private let materials: OwnedBuffer<UnsafePointer<MaterialRecord>>

    init(_ c: ScatteringCase) {
      var material = MaterialRecord(.null)
      switch c.model {
      case .plastic(let isNonlinear): material.isNonlinear = isNonlinear
      case .roughPlastic(_, let coat): (material.isNonlinear, material.coat) = (true, coat.table)
      default: break
      }
      record = OwnedBuffer(repeating: material, count: 1)
      materials = OwnedBuffer(repeating: UnsafePointer(record.base), count: 8)
      for (i, input) in c.inputs.enumerated() {
        for lane in 0..<8 { rows.base[8 * (i / 4) + lane][i % 4] = input }
      }
    }

    var packet: PacketInputs { PacketInputs(rows: rows.base, materials: materials.base) }
  }

  private func bsdf(_ c: ScatteringCase, _ inputs: PacketInputs) -> (any PacketBSDF)? {
    switch c.model {
    case .diffuse: PacketDiffuse(inputs)
    case .roughConductor(.beckmann): PacketRoughConductor<PacketBeckmann>(inputs)
    case .roughConductor(.ggx): PacketRoughConductor<PacketGGX>(inputs)
    case .roughDielectric(.beckmann): PacketRoughDielectric<PacketBeckmann>(inputs)
    case .roughDielectric(.ggx): PacketRoughDielectric<PacketGGX>(inputs)
    case .plastic: PacketPlastic(inputs)
    case .roughPlastic(.beckmann, _): PacketRoughPlastic<PacketBeckmann>(inputs)
    case .roughPlastic(.ggx, _): PacketRoughPlastic<PacketGGX>(inputs)
    case .principled: PacketPrincipled(inputs)
    case .principledThin: nil
    }
  }

  private func smallestAlpha(_ c: ScatteringCase) -> Float {
    switch c.model {
    case .diffuse, .plastic, .principledThin: 1
    case .roughConductor: min(c.inputs[9], c.inputs[10])
    case .roughDielectric: min(c.inputs[6], c.inputs[7])
    case .roughPlastic: c.inputs[6]
    // The clearcoat's lobe is the narrowest: α = 0.1 − 0.099 · gloss.
    case .principled: min(c.inputs[3] * c.inputs[3], c.inputs[11] > 0 ? 0.1 - 0.099 * c.inputs[12] : 1)
    }
  }

  /// Relative rounding error of values and densities between two directions.
  ///
  /// A half vector h = (wi + η wo) / |wi + η wo| is off by some ten roundings of 2⁻²⁴ over that length. Values follow its
  /// cosines to wi and wo, the square of the length itself, and microfacet densities, whose relative slope is below 6 / α where
  /// they count; near total reflection the refracted cosine, a root, is off by more than the cosine c that it comes from, by
  /// η² c over its own square. A dozen more roundings are those of the formulas.
  private func tolerance(_ c: ScatteringCase, _ wi: Vector3, _ wo: Vector3) -> Float {
    let isReflection = wi.z * wo.z > 0
    let eta = isReflection ? 1 : (wi.z > 0 ? c.eta : 1 / c.eta)
    let sum = wi + wo * eta
    let length = max(dot(sum, sum).squareRoot(), 1e-6)
    let h = sum * ((sum.z < 0 ? -1 : 1) / length)
    let cosines = 1 / max(abs(dot(wi, h)), 1e-6) + 1 / max(abs(dot(wo, h)), 1e-6)
    let inside = dot(wi, h)
    let backward = inside > 0 ? 1 / c.eta : c.eta
    let refracted = max(abs(1 - (1 - inside * inside) * backward * backward), 1e-6)
    let fresnel = backward * backward * abs(inside) / refracted
    return 10 * 0x1p-24 / length * (cosines + 2 / length + 6 / smallestAlpha(c) + fresnel) + 12 * 0x1p-24
  }

  private static let cases = ScatteringCase.all + ScatteringGrid.all.flatMap(\.cases)

  @Test("Values and densities of eight paths are those of each alone, wherever their light goes")
  func evaluation() {
    for c in Self.cases {
      let inputs = Inputs(c)
      guard let packet = bsdf(c, inputs.packet) else { continue }
      let one = c.value
      var sampler = testSampler(seed: 5)
      var (different, lit, count) = (0, 0, 0)
      for wi in c.directions + ScatteringGrid.cosines.map({ ScatteringGrid.direction($0, 1) }) {
        for _ in 0..<20 {
          // Half of the directions anywhere, half where the material sends light.
          var wo = [Vector3](repeating: Vector3(0, 0, 1), count: 8)
          for lane in 0..<8 {
            wo[lane] = Warp.sphere(sampler.next2D())
            if lane % 2 == 0, let s = one.sample(wi: wi, lobe: sampler.next1D(), u: sampler.next2D()) {
              wo[lane] = s.wo
            }
          }
          let found = packet.evaluate(wi: all(wi), wo: lanes(wo))
          for lane in 0..<8 {
            let value = one.evaluate(wi: Vector(wi), wo: Vector(wo[lane])).value
            let pdf = one.pdf(wi: wi, wo: wo[lane])
            let tolerance = tolerance(c, wi, wo[lane])
            count += 1
            if value.largest > 0 { lit += 1 }
            let (own, density) = (found.value[lane], found.pdf[lane])
            // Densities of directions that are never asked for: those of no value.
            let isSame =
              (own - value).largestMagnitude <= tolerance * max(value.largest, 1e-6)
              && (value.largest <= 0 || abs(density - pdf) <= tolerance * pdf)
            if !isSame { different += 1 }
          }
        }
      }
      #expect(lit > count / 4 || c.inputs.prefix(3).allSatisfy { $0 == 0 })
      // Directions within a rounding of a lobe's border may fall on either side of it: one in some thousands.
      #expect(different * 500 <= count, "\(c): \(different) of \(count)")
    }
  }

  @Test("Spread directions of a diffuse surface follow their density, of value and density as they are evaluated")
  func spreadDiffuse() throws {
    let c = try #require(ScatteringCase.all.first { if case .diffuse = $0.model { true } else { false } })
    let inputs = Inputs(c)
    let (spread, even) = (PacketSpreadDiffuse(inputs.packet), PacketDiffuse(inputs.packet))
    let wi = ScatteringGrid.direction(0.6, 1)
    var sampler = testSampler(seed: 8)
    var histogram = SphereHistogram(rows: 32, columns: 24)
    for _ in 0..<25_000 {
      let points = (0..<8).map { _ in sampler.next2D() }
      let found = spread.sample(
        wi: all(wi), lobe: Packet(repeating: 0.5), u: (Packet(points.map(\.x)), Packet(points.map(\.y))))
      let evaluated = spread.evaluate(wi: all(wi), wo: found.wo)
      let value = even.evaluate(wi: all(wi), wo: found.wo).value
      for lane in 0..<8 where found.isFound[lane] {
        histogram.add(found.wo[lane])
        #expect(abs(found.wo[lane].length - 1) < 1e-5)
        #expect(abs(evaluated.pdf[lane] - found.pdf[lane]) <= 0x1p-22 * found.pdf[lane])
        #expect((found.value[lane] - value[lane]).largestMagnitude <= 0x1p-22 * value[lane].largest)
        #expect((evaluated.value[lane] - value[lane]).largestMagnitude == 0)
      }
    }
    let (chi, mass) = histogram.test { spread.evaluate(wi: self.all(wi), wo: self.all($0)).pdf[0] }
    #expect(abs(mass - 1) < 1e-4)
    #expect(chi.passes(), "\(chi)")
  }

  @Test("The directions that eight paths draw are those of each alone") func sampling() {
    for c in Self.cases {
      let inputs = Inputs(c)
      guard let packet = bsdf(c, inputs.packet) else { continue }
      let one = c.value
      var sampler = testSampler(seed: 6)
      var (different, count) = (0, 0)
      for wi in c.directions + ScatteringGrid.cosines.map({ ScatteringGrid.direction($0, 2) }) {
        for _ in 0..<20 {
          let lobes = (0..<8).map { _ in sampler.next1D() }
          let points = (0..<8).map { _ in sampler.next2D() }
          let found = packet.sample(
            wi: all(wi), lobe: Packet(lobes), u: (Packet(points.map(\.x)), Packet(points.map(\.y))))
          for lane in 0..<8 {
            count += 1
            guard let s = one.sample(wi: wi, lobe: lobes[lane], u: points[lane]) else {
              if found.isFound[lane] { different += 1 }
              continue
            }
            let wo = found.wo[lane]
            let tolerance = tolerance(c, wi, wo)
            let value = s.isDirac ? s.value : one.evaluate(wi: Vector(wi), wo: Vector(wo)).value
            let pdf = s.isDirac ? s.pdf : one.pdf(wi: wi, wo: wo)
            // Slopes are found to a millionth of their distribution, whose density is 10⁻³ where one in a thousand is.
            let isSame =
              found.isFound[lane] && found.isDirac[lane] == s.isDirac && found.eta[lane] == s.eta
              && (wo - s.wo).largestMagnitude <= 1e-3
              && (found.value[lane] - value).largestMagnitude <= tolerance * max(value.largest, 1e-6)
              && abs(found.pdf[lane] - pdf) <= tolerance * pdf
            if !isSame { different += 1 }
          }
        }
      }
      #expect(different * 200 <= count, "\(c): \(different) of \(count)")
    }
  }

  private func all(_ v: Vector3) -> PacketVector {
    PacketVector(Packet(repeating: v.x), Packet(repeating: v.y), Packet(repeating: v.z))
  }

  private func lanes(_ v: [Vector3]) -> PacketVector {
    PacketVector(Packet(v.map(\.x)), Packet(v.map(\.y)), Packet(v.map(\.z)))
  }
}

extension PacketVector {
  fileprivate subscript(lane: Int) -> Vector3 { Vector3(x[lane], y[lane], z[lane]) }
}
