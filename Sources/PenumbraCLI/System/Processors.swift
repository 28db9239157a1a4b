import Foundation

/// Processors and memory of this process.
enum Processors {
  /// Processors that this process may run on.
  ///
  /// Foundation counts all that are online, even where an affinity mask (`taskset`, a container) leaves fewer.
  static var available: Int {
    if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8), let count = allowed(in: status) {
      return count
    }
    return max(1, ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Number of bits in the mask `Cpus_allowed` of a process's status, for example `ff,ffffffff`.
  static func allowed(in status: String) -> Int? {
    let name = "Cpus_allowed:"
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return nil }
    let count = line.dropFirst(name.count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
    return count > 0 ? count : nil
  }

  /// Largest resident size of this process so far, in bytes.
  static var peakBytes: Int {
    var usage = rusage()
    #if os(Linux)
      let unit = 1024  // Linux counts kilobytes, others bytes.
      let who = __rusage_who_t(RUSAGE_SELF.rawValue)
    #else
      let unit = 1
      let who = RUSAGE_SELF
    #endif
    guard getrusage(who, &usage) == 0 else { return 0 }
    return Int(usage.ru_maxrss) * unit
  }
}
