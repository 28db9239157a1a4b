import Foundation
import Synchronization

/// Ctrl-C as a flag that long work polls, so that it can keep its partial results.
enum Interrupt {
  private static let flag = Atomic<Bool>(false)
  /// Whether this process is the one of its job that says why it ends.
  private static let speaks = Atomic<Bool>(false)

  static var isRaised: Bool { flag.load(ordering: .relaxed) }

  /// From now on the first Ctrl-C raises the flag; a second one ends the process at once.
  static func install() {
    // The handler may only touch what exists already: a lazily made global would not be safe there.
    flag.store(false, ordering: .relaxed)
    signal(SIGINT) { _ in
      Interrupt.flag.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
    guard Job.ranks != nil else { return }
    // Batch systems ask so before they end a job for its time, and launchers when another rank was lost.
    let speaks = Job.isFirst
    Interrupt.speaks.store(speaks, ordering: .relaxed)
    signal(SIGTERM) { _ in
      if Interrupt.speaks.load(ordering: .relaxed), !Interrupt.isRaised {
        let line: StaticString = "penumbra: told to end: the job was stopped, its time is over, or it lost a rank\n"
        _ = write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
      }
      Interrupt.flag.store(true, ordering: .relaxed)
      signal(SIGTERM, SIG_DFL)
    }
  }
}
