import Foundation

/// What this build needs from the processor beyond its architecture's baseline.
enum ProcessorFeatures {
  /// A readable complaint when the processor lacks an instruction set, instead of a crash at its first use.
  static func missing() -> String? {
    #if arch(x86_64) && os(Linux)
      // The first processor's flags are within the first pages, and reading all of many processors takes a while.
      guard let file = FileHandle(forReadingAtPath: "/proc/cpuinfo"),
        let data = try? file.read(upToCount: 8192)
      else { return nil }
      return missing(inProcessorInfo: String(decoding: data, as: UTF8.self))
    #else
      return nil
    #endif
  }

  /// - Parameter text: the beginning of `/proc/cpuinfo`.
  static func missing(inProcessorInfo text: String) -> String? {
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") }) else { return nil }
    let flags = Set(line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ":" }))
    let missing = ["avx2", "fma", "bmi2"].filter { !flags.contains(Substring($0)) }
    guard !missing.isEmpty else { return nil }
    return "this build needs a processor with AVX2, FMA and BMI2 (x86-64-v3); this one lacks "
      + missing.map { $0.uppercased() }.joined(separator: ", ")
  }
}
