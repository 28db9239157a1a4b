import Foundation
import Synchronization

/// Ctrl-C as a flag that long work polls, so that it can keep its partial results.
enum Interrupt {
  private static let flag = Atomic<Bool>(false)

  static var isRaised: Bool { flag.load(ordering: .relaxed) }

  /// From now on the first Ctrl-C raises the flag; a second one ends the process at once.
  static func install() {
    // The handler may only touch what exists already: a lazily made global would not be safe there.
    flag.store(false, ordering: .relaxed)
    signal(SIGINT) { _ in
      Interrupt.flag.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
  }
}
