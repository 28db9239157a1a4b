import Foundation
import PenumbraImages

/// An optimization on disk: the unknowns, Adam's moments, the iteration and the history, in one file.
///
/// One file, replaced atomically, so that a run killed at any moment leaves a state that is whole.
public struct Checkpoint: Sendable {
  /// `DIR/checkpoint/state.bin`.
  public let path: String
  public let fingerprint: Fingerprint

  private static let magic = "penumbra checkpoint 1\n"

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

  func encode(_ state: Optimization) -> [UInt8] {
    var encoder = ByteEncoder()
    encoder.append(UInt64(fingerprint.parts.count))
    for part in fingerprint.parts {
      encoder.append(part.name)
      encoder.append(part.hash)
    }
    encoder.append(UInt64(state.iteration))
    encoder.append(state.secondsBefore)
    encoder.append(state.values)
    encoder.append(state.adam.firstMoment)
    encoder.append(state.adam.secondMoment)
    encoder.append(state.adam.beta1Power)
    encoder.append(state.adam.beta2Power)
    encoder.append(UInt64(state.adam.droppedGradients))
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
      throw damaged("expected \(state.values.count) unknowns and their moments")
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
    let count = state.values.count
    guard let iteration = decoder.integer(UInt64.self), let seconds = decoder.double(),
      let values = decoder.floats(), values.count == count,
      let first = decoder.floats(), first.count == count,
      let second = decoder.floats(), second.count == count,
      let power1 = decoder.double(), let power2 = decoder.double(),
      let dropped = decoder.integer(UInt64.self), let rowCount = decoder.count(elementSize: 32)
    else { return nil }
    (state.iteration, state.secondsBefore, state.values) = (Int(iteration), seconds, values)
    (state.adam.firstMoment, state.adam.secondMoment) = (first, second)
    (state.adam.beta1Power, state.adam.beta2Power) = (power1, power2)
    state.adam.droppedGradients = Int(dropped)
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
}
