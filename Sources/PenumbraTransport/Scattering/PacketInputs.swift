/// Inputs of the materials that eight paths met, all of one kind: up to 16 numbers each, in the lanes of
/// `MaterialInput.all`.
struct PacketInputs {
  /// Four blocks of rows.
  private let rows: UnsafeMutablePointer<SIMD4<Float>>
  /// The materials themselves.
  let materials: UnsafeMutablePointer<UnsafePointer<MaterialRecord>>

  /// - Parameter rows: `rowCount` of them.
  init(rows: UnsafeMutablePointer<SIMD4<Float>>, materials: UnsafeMutablePointer<UnsafePointer<MaterialRecord>>) {
    self.rows = rows
    self.materials = materials
  }

  static let rowCount = 32

  /// Number `input` of all paths.
  @inline(__always) func scalar(_ input: Int) -> Packet {
    let columns = PacketRows(base: rows + 8 * (input >> 2)).columns
    switch input & 3 {
    case 0: return columns.x
    case 1: return columns.y
    case 2: return columns.z
    default: return columns.w
    }
  }

  @inline(__always) func color(_ input: Int) -> PacketVector {
    PacketVector(scalar(input), scalar(input + 1), scalar(input + 2))
  }

  /// A flag of the materials.
  @inline(__always) func flag(_ read: (MaterialRecord) -> Bool) -> PacketMask {
    var bits = PacketBits()
    for lane in 0..<8 where read(materials[lane].pointee) { bits.insert(lane) }
    return bits.mask
  }

  /// Which inputs a kind of material has: colours, then textures of one number, then a number.
  private struct Layout {
    var colors: Int
    var scalars = 0
    var hasNumber = false
  }

  @inline(__always) private static func layout(_ kind: MaterialRecord.Kind) -> Layout {
    switch kind {
    case .diffuse: Layout(colors: 1)
    case .conductor: Layout(colors: 3)
    case .roughConductor: Layout(colors: 3, scalars: 2)
    case .dielectric, .thinDielectric, .plastic: Layout(colors: 2, hasNumber: true)
    case .roughDielectric: Layout(colors: 2, scalars: 2, hasNumber: true)
    case .roughPlastic: Layout(colors: 2, scalars: 1, hasNumber: true)
    case .principled: Layout(colors: 1, scalars: 10, hasNumber: true)
    case .principledThin: Layout(colors: 1, scalars: 9)
    case .null, .twosided, .mask, .blend, .normalMap, .bumpMap: Layout(colors: 0)
    }
  }

  @inline(__always) private func number(_ lane: Int, _ input: Int) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer(rows + 8 * (input >> 2) + lane).assumingMemoryBound(to: Float.self) + (input & 3)
  }

  /// Reads the inputs of one path's material; those without textures are copied from the path before where it met the
  /// same material.
  ///
  /// - Parameters:
  ///   - textured: which inputs of the material have textures; of the path before, then of this one.
  ///   - place: where textures are looked up.
  @inline(__always)
  func gather(
    _ lane: Int, _ material: UnsafePointer<MaterialRecord>, textured: inout UInt32, _ textures: TextureTable,
    _ place: () -> (TextureTable, SIMD2<Float>)
  ) {
    let isCopied = lane > 0 && materials[lane - 1] == material
    materials[lane] = material
    guard isCopied else { return read(lane, material, textured: &textured, textures, place) }
    for block in 0..<4 { rows[8 * block + lane] = rows[8 * block + lane - 1] }
    if textured == 0 { return }
    let layout = Self.layout(material.pointee.kind)
    let (table, uv) = place()
    var left = textured
    while left != 0 {
      readTexture(lane, left.trailingZeroBitCount, material, layout, table, uv)
      left &= left &- 1
    }
  }

  /// `gather` for diffuse materials, whose only input is a colour.
  @inline(__always)
  func gatherDiffuse(
    _ lane: Int, _ material: UnsafePointer<MaterialRecord>, _ textures: TextureTable,
    _ place: () -> (TextureTable, SIMD2<Float>)
  ) {
    let texture = material.pointee.slots[0]
    let color: Spectrum
    if (textures.records + Int(texture)).pointee.kind == .constant {
      color = textures.color(texture, .zero)
    } else {
      let (table, uv) = place()
      color = table.color(texture, uv)
    }
    rows[lane] = unsafeBitCast(color, to: SIMD4<Float>.self)
  }

  /// Idle lanes repeat the first path.
  @inline(__always) func fill(from count: Int) {
    for lane in count..<8 {
      materials[lane] = materials[0]
      for block in 0..<4 { rows[8 * block + lane] = rows[8 * block] }
    }
  }

  /// All inputs of one path's material.
  @inline(never)
  private func read(
    _ lane: Int, _ material: UnsafePointer<MaterialRecord>, textured: inout UInt32, _ textures: TextureTable,
    _ place: () -> (TextureTable, SIMD2<Float>)
  ) {
    let layout = Self.layout(material.pointee.kind)
    var found: (table: TextureTable, uv: SIMD2<Float>)?
    textured = 0
    for slot in 0..<layout.colors + layout.scalars {
      let record = textures.records + Int(material.pointee.slots[slot])
      let isColor = slot < layout.colors
      guard record.pointee.kind == .constant && (isColor || record.pointee.channels == 1) else {
        textured |= 1 << UInt32(truncatingIfNeeded: slot)
        let (table, uv) = found ?? place()
        found = (table, uv)
        readTexture(lane, slot, material, layout, table, uv)
        continue
      }
      let value = textures.values + Int(record.pointee.offset)
      if isColor {
        let isGrey = record.pointee.channels != 3
        for c in 0..<3 { number(lane, 3 * slot + c).pointee = value[isGrey ? 0 : c] }
      } else {
        number(lane, 2 * layout.colors + slot).pointee = value[0]
      }
    }
    if layout.hasNumber {
      let number = textures.values[Int(material.pointee.etaOffset)]
      self.number(lane, 3 * layout.colors + layout.scalars).pointee =
        material.pointee.etaIsSpecular ? PrincipledBSDF<Float>.eta(specular: number) : number
    }
  }

  /// One input that has a texture.
  @inline(__always)
  private func readTexture(
    _ lane: Int, _ slot: Int, _ material: UnsafePointer<MaterialRecord>, _ layout: Layout, _ table: TextureTable,
    _ uv: SIMD2<Float>
  ) {
    let texture = material.pointee.slots[slot]
    if slot < layout.colors {
      let color = table.color(texture, uv)
      for c in 0..<3 { number(lane, 3 * slot + c).pointee = color[c] }
    } else {
      number(lane, 2 * layout.colors + slot).pointee = table.scalar(texture, uv)
    }
  }
}
