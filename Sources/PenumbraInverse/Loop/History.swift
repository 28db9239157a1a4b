/// What happened in every iteration so far.
public struct History: Sendable, Equatable {
  public struct Row: Sendable, Equatable {
    public var iteration: Int
    /// Wall-clock seconds of work since the start of the run, over all its sessions.
    public var seconds: Double
    /// ℒ before the step of this iteration.
    public var loss: Double
    /// The tracked unknowns before the step.
    public var values: [Float]
  }

  /// Elements of a parameter up to which its values are followed.
  public static let largestTracked = 16

  /// One name per tracked element: `KEY` for a scalar, else `KEY[i]`.
  public let names: [String]
  /// Positions of the tracked elements in the vector of unknowns.
  let tracked: [Int]
  public internal(set) var rows: [Row] = []

  public init(_ unknowns: Unknowns) {
    var names: [String] = []
    var tracked: [Int] = []
    for (slice, positions) in zip(unknowns.slices, unknowns.positions) where positions.count <= Self.largestTracked {
      names += slice.shape.isEmpty ? [slice.name] : (0..<positions.count).map { "\(slice.name)[\($0)]" }
      tracked += positions
    }
    self.names = names
    self.tracked = tracked
  }

  mutating func append(iteration: Int, seconds: Double, loss: Double, unknowns: [Float]) {
    rows.append(Row(iteration: iteration, seconds: seconds, loss: loss, values: tracked.map { unknowns[$0] }))
  }

  /// The table as comma-separated values with a header; shortest decimals that read back exactly.
  public var csv: String {
    var text = (["iteration", "seconds", "loss"] + names.map(Self.quoted)).joined(separator: ",") + "\n"
    for row in rows {
      text += "\(row.iteration),\((row.seconds * 1000).rounded() / 1000),\(row.loss)"
      for value in row.values { text += ",\(value)" }
      text += "\n"
    }
    return text
  }

  private static func quoted(_ name: String) -> String {
    guard name.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return name }
    var quoted = "\""
    for character in name { quoted += character == "\"" ? "\"\"" : String(character) }
    return quoted + "\""
  }
}
