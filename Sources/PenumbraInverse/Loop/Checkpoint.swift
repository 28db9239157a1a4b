import Foundation
import PenumbraImages

/// An optimization on disk: the unknowns, the optimizer's state, the iteration and the history, in one file.
///
/// One file, replaced atomically, so that a run killed at any moment leaves a state that is whole.
public struct Checkpoint: Sendable {
  /// `DIR/checkpoint/state.bin`.
  public let path: String
  public let fingerprint: Fingerprint

  private static let magic = "penumbra checkpoint 5\n"

  public init(path: String, fingerprint: Fingerprint) {
    self.path = path
    self.fingerprint = fingerprint
  }

  /// - Throws: `.unwritable`; the previous checkpoint then still stands.
  public func save(_ state: Optimization) throws(InverseError) {
    do { try AtomicFile.write(encode(state), to: path) } catch {
      throw InverseError(.unwritable, error.description)
    }
  }

  /// Continues `state` from the file.
  ///
  /// - Returns: `false`, changing nothing, when there is no checkpoint yet.
  /// - Throws: `.invalidCheckpoint` when the file is damaged or belongs to another problem.
  public func load(into state: inout Optimization) throws(InverseError) -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InverseError(.invalidCheckpoint, "\(path): expected a readable file")
    }
    try decode([UInt8](data), into: &state)
    return true
  }

  /// One number for everything that decides how a run goes on.
  func hash(of state: Optimization) -> UInt64 {
    var hash = FNV1a()
    hash.combine(encode(state))
    return hash.value
  }

  func encode(_ state: Optimization) -> [UInt8] {
    var encoder = ByteEncoder()
    encoder.append(UInt64(fingerprint.parts.count))
    for part in fingerprint.parts {
      encoder.append(part.name)
      encoder.append(part.hash)
    }
    encoder.append(state.choice.kind.rawValue)
    for number in [
      state.point.iteration, state.point.draws, state.point.renders, state.point.samples, state.point.dropped,
    ] { encoder.append(UInt64(number)) }
    encoder.append(state.point.verdict ?? "")
    encoder.append(state.secondsBefore)
    encoder.append(state.point.z)
    state.optimizer.encode(into: &encoder)
    encoder.append(UInt64(state.history.rows.count))
    for row in state.history.rows {
      encoder.append(UInt64(row.iteration))
      encoder.append(row.seconds)
      encoder.append(row.loss)
      encoder.append(row.values)
    }
    var hash = FNV1a()
    hash.combine(encoder.bytes)
    var file = ByteEncoder()
    file.append(hash.value)
    return Array(Self.magic.utf8) + file.bytes + encoder.bytes
  }

  func decode(_ bytes: [UInt8], into state: inout Optimization) throws(InverseError) {
    guard bytes.starts(with: Self.magic.utf8) else { throw damaged("expected a checkpoint of this version") }
    var header = ByteDecoder(bytes[Self.magic.utf8.count...])
    let body = bytes.dropFirst(Self.magic.utf8.count + 8)
    var hash = FNV1a()
    hash.combine(body)
    guard header.integer() == hash.value else { throw damaged("expected whole contents, found a wrong checksum") }
    var decoder = ByteDecoder(body)
    guard let stored = decodeFingerprint(&decoder) else { throw damaged("expected a fingerprint") }
    let differences = stored.differences(from: fingerprint)
    guard differences.isEmpty else {
      throw InverseError(
        .invalidCheckpoint,
        "\(path): expected a checkpoint of this problem, found one with another \(differences.joined(separator: ", "));"
          + " use another output folder or leave out --resume")
    }
    guard let restored = decodeState(&decoder, like: state), decoder.isAtEnd else {
      throw damaged("expected \(state.coordinates.count) unknowns and the state of \(state.choice.kind.rawValue)")
    }
    state = restored
  }

  private func damaged(_ message: String) -> InverseError {
    InverseError(.invalidCheckpoint, "\(path): damaged checkpoint: \(message)")
  }

  private func decodeFingerprint(_ decoder: inout ByteDecoder) -> Fingerprint? {
    guard let count = decoder.count(elementSize: 16) else { return nil }
    var parts: [(name: String, hash: UInt64)] = []
    for _ in 0..<count {
      guard let name = decoder.string(), let hash = decoder.integer(UInt64.self) else { return nil }
      parts.append((name, hash))
    }
    return Fingerprint(parts: parts)
  }

  private func decodeState(_ decoder: inout ByteDecoder, like template: Optimization) -> Optimization? {
    var state = template
    guard decoder.string() == state.choice.kind.rawValue, let numbers = decodeCounts(&decoder, 5),
      let verdict = decoder.string(), let seconds = decoder.double(), let z = decoder.floats(),
      z.count == state.coordinates.count, state.optimizer.decode(from: &decoder, count: z.count),
      let rowCount = decoder.count(elementSize: 32)
    else { return nil }
    state.point = Iterate(
      z: z, iteration: numbers[0], draws: numbers[1], renders: numbers[2], samples: numbers[3], dropped: numbers[4],
      verdict: verdict.isEmpty ? nil : verdict)
    state.secondsBefore = seconds
    state.history.rows = []
    for _ in 0..<rowCount {
      guard let iteration = decoder.integer(UInt64.self), let seconds = decoder.double(), let loss = decoder.double(),
        let values = decoder.floats(), values.count == state.history.names.count
      else { return nil }
      state.history.rows.append(
        History.Row(iteration: Int(iteration), seconds: seconds, loss: loss, values: values))
    }
    return state
  }

  private func decodeCounts(_ decoder: inout ByteDecoder, _ count: Int) -> [Int]? {
    var counts: [Int] = []
    for _ in 0..<count {
      guard let value = decoder.integer(UInt64.self), value < 1 << 48 else { return nil }
      counts.append(Int(value))
    }
    return counts
  }
}
