import Foundation

/// Processors and memory of this process.
enum Processors {
  /// Processors that this process may run on; respects the affinity mask.
  static var available: Int {
    #if os(Linux)
      var mask = cpu_set_t()
      guard sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &mask) == 0 else { return fallback }
      let count = withUnsafeBytes(of: &mask) { $0.reduce(0) { $0 + $1.nonzeroBitCount } }
      return count > 0 ? count : fallback
    #else
      return fallback
    #endif
  }

  private static var fallback: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// Largest resident size of this process so far, in bytes.
  static var peakBytes: Int {
    var usage = rusage()
    #if os(Linux)
      let unit = 1024  // Linux counts kilobytes, others bytes.
    #else
      let unit = 1
    #endif
    guard getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
    return Int(usage.ru_maxrss) * unit
  }
}
