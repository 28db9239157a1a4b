/// The elements of the expanded vector whose gradient is wanted, and the window that holds them.
struct GradientScope {
  let request: GradientRequest
  /// Per element of the expanded vector.
  let wanted: OwnedBuffer<Bool>
  let window: Range<Int>
  private let vector: ExpandedVector

  /// Into how many sums the work is divided, for gradients of `count` elements: enough for threads to share, but few
  /// where every sum is large, since all of them are cleared and added up.
  static func sums(of count: Int) -> Int { max(8, min(64, (1 << 24) / max(count, 1))) }

  /// - Parameter requested: elements of θ.
  init(
    requested: [Range<Int>], structure: SceneStructure, expanded: ExpandedScene, sensor: Int
  ) throws(TransportError) {
    let layout = expanded.vector.layout
    vector = expanded.vector
    var marks = [Bool](repeating: false, count: layout.count)
    for range in requested {
      guard range.lowerBound >= 0, range.upperBound <= layout.parameterCount else {
        throw TransportError(.invalidOption, "parameters \(range) are outside θ (\(layout.parameterCount))")
      }
      for i in range { marks[i] = true }
    }
    for output in layout.posed where output.isMoved(by: marks) {
      for i in 0..<output.count { marks[output.destination + i] = true }
    }
    for mesh in layout.meshes { mesh.mark(&marks) }
    for rectangle in layout.rectangles { rectangle.mark(&marks) }
    request = GradientRequest(marks, structure: structure, layout: layout, sensor: sensor)
    let first = marks.firstIndex(of: true) ?? 0
    window = first..<((marks.lastIndex(of: true) ?? -1) + 1 < first ? first : (marks.lastIndex(of: true) ?? -1) + 1)
    wanted = OwnedBuffer(marks)
  }

  /// Gradient with respect to θ from the accumulated window; zero where nothing was requested.
  func pullBack(_ accumulated: [Double], requested: [Range<Int>]) -> [Float] {
    var full = [Double](repeating: 0, count: vector.layout.count)
    full.replaceSubrange(window, with: accumulated)
    let gradient = vector.pullBack(full)
    var result = [Float](repeating: 0, count: gradient.count)
    for range in requested { result.replaceSubrange(range, with: gradient[range]) }
    return result
  }
}
