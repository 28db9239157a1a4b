import ArgumentParser

/// A time such as `90s`, `10m`, `1.5h`, or plain seconds.
struct TimeSpan: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = argument.last.flatMap { units[$0] }
    let digits = unit == nil ? argument[...] : argument.dropLast()
    guard let number = Double(digits), number > 0, number < 1e7 else { return nil }
    seconds = number * (unit ?? 1)
  }
}
