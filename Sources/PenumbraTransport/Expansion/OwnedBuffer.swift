import CHugePages

/// Sole owner of a block of plain values at a fixed address.
final class OwnedBuffer<Element: BitwiseCopyable> {
  let base: UnsafeMutablePointer<Element>
  let count: Int

  convenience init(_ elements: [Element]) {
    self.init(uninitialized: elements.count)
    _ = UnsafeMutableBufferPointer(start: base, count: count).initialize(from: elements)
  }

  convenience init(repeating value: Element, count: Int) {
    self.init(uninitialized: count)
    buffer.initialize(repeating: value)
  }

  /// - Parameter count: of elements that are written before they are read.
  init(uninitialized count: Int) {
    self.count = count
    base = .allocate(capacity: max(count, 1))
    chugepages_advise(base, count * MemoryLayout<Element>.stride)
  }

  deinit { base.deallocate() }

  var buffer: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: base, count: count) }
}
