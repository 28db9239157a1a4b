import ArgumentParser

/// `WIDTHxHEIGHT` in pixels.
struct FilmSize: ExpressibleByArgument, Equatable {
  var width: Int
  var height: Int

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]), width > 0, height > 0 else {
      return nil
    }
    (self.width, self.height) = (width, height)
  }
}
