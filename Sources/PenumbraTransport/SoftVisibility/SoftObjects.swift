/// Numbers of the objects whose visibility is relaxed, by what a ray hits.
final class SoftObjects {
  /// Shape and instance of each.
  let members: [(shape: Int32, instance: Int32)]
  private let numbers: OwnedBuffer<Int32>
  private let starts: OwnedBuffer<Int32>
  private let firstShapes: OwnedBuffer<Int32>

  /// - Parameter isSoft: whether an object, given by shape and instance, is one of them.
  init(_ structure: SceneStructure, where isSoft: (_ shape: Int32, _ instance: Int32) -> Bool) {
    var members: [(shape: Int32, instance: Int32)] = []
    var numbers: [Int32] = []
    func append(_ shape: Int, _ instance: Int, if exists: Bool) {
      let member = (shape: Int32(shape), instance: Int32(instance))
      guard exists, isSoft(member.shape, member.instance) else { return numbers.append(-1) }
      numbers.append(Int32(members.count))
      members.append(member)
    }
    var isGrouped = [Bool](repeating: false, count: structure.shapes.count)
    for group in structure.groups { for index in group.shapes { isGrouped[index] = true } }
    for index in structure.shapes.indices { append(index, -1, if: !isGrouped[index]) }
    var (starts, firstShapes): ([Int32], [Int32]) = ([], [])
    for (number, instance) in structure.instances.enumerated() {
      let shapes = structure.groups[instance.group.index].shapes
      starts.append(Int32(numbers.count))
      firstShapes.append(Int32(shapes.lowerBound))
      for index in shapes { append(index, number, if: true) }
    }
    self.members = members
    self.numbers = OwnedBuffer(numbers)
    self.starts = OwnedBuffer(starts)
    self.firstShapes = OwnedBuffer(firstShapes)
  }

  var count: Int { members.count }

  /// The table for the sample loop; valid while `self` lives.
  var lookup: Lookup {
    Lookup(
      numbers: UnsafePointer(numbers.base), starts: UnsafePointer(starts.base),
      firstShapes: UnsafePointer(firstShapes.base))
  }

  struct Lookup {
    fileprivate let numbers: UnsafePointer<Int32>
    fileprivate let starts: UnsafePointer<Int32>
    fileprivate let firstShapes: UnsafePointer<Int32>

    /// −1 for objects whose visibility stays hard.
    @inline(__always) func number(_ hit: SurfaceHit) -> Int32 {
      if hit.instance < 0 { return numbers[Int(hit.shape)] }
      let i = Int(hit.instance)
      return numbers[Int(starts[i] + hit.shape - firstShapes[i])]
    }
  }
}
