/// Tells two problems apart, part by part, so that a checkpoint is never continued with another problem.
public struct Fingerprint: Sendable, Equatable {
  /// Named hashes, for example `("targets", 0x…)`.
  private(set) var parts: [(name: String, hash: UInt64)] = []

  public init() {}

  init(parts: [(name: String, hash: UInt64)]) { self.parts = parts }

  /// The hashes alone, for comparison between processes.
  public var words: [UInt64] { parts.map(\.hash) }

  public static func == (left: Fingerprint, right: Fingerprint) -> Bool { left.differences(from: right).isEmpty }

  /// Adds a part that is a text.
  public mutating func add(_ name: String, _ text: String) {
    var hash = FNV1a()
    hash.combine(text.utf8)
    parts.append((name, hash.value))
  }

  /// Adds a part that is a list of numbers, told apart bit by bit.
  public mutating func add(_ name: String, _ values: [Float]) {
    var hash = FNV1a()
    for value in values { hash.combine(value.bitPattern) }
    parts.append((name, hash.value))
  }

  /// Names of the parts that are not the same in both.
  func differences(from other: Fingerprint) -> [String] {
    let names = parts.map(\.name) + other.parts.map(\.name).filter { name in !parts.contains { $0.name == name } }
    return names.filter { name in
      parts.first { $0.name == name }?.hash != other.parts.first { $0.name == name }?.hash
    }
  }
}

/// Fowler–Noll–Vo hash 1a, 64 bits: the same on every machine and in every process, unlike `Hasher`.
struct FNV1a {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func combine(_ bytes: some Sequence<UInt8>) { for byte in bytes { combine(byte) } }

  mutating func combine(_ word: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) { combine(UInt8(truncatingIfNeeded: word >> shift)) }
  }

  private mutating func combine(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
}
