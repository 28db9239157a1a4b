import ArgumentParser
import Foundation
import Penumbra
import PenumbraMPI

/// A command whose work several processes can share.
protocol SharedCommand: ParsableCommand {}

/// The processes that `mpirun` started together, of which this is one.
enum Job {
  private static let joined = Result<(any RankGroup)?, Failure> { () throws(Failure) in try start() }

  /// `nil` for a process alone.
  static var ranks: (any RankGroup)? { (try? joined.get()) ?? nil }

  /// Whether this is the process that writes files and speaks for all.
  static var isFirst: Bool { ranks?.isFirst ?? true }

  /// Seconds after which a rank believes that it is the only one that failed.
  private static let patience = 1.0

  /// - Throws: when this build has no MPI, and would do the same work many times over.
  static func join() throws(Failure) { _ = try joined.get() }

  private static func start() throws(Failure) -> (any RankGroup)? {
    let launcher = Launcher(ProcessInfo.processInfo.environment)
    guard launcher.count > 1 else { return nil }
    #if MPI
      do { return try MPIJob() } catch { throw Failure(.internalFailure, error.message) }
    #else
      throw Failure(
        .usage,
        launcher.rank > 0
          ? ""
          : "started \(launcher.count) times at once, but this build knows no MPI and each would do all of the work; build it"
            + " with 'swift build -c release --traits MPI'")
    #endif
  }

  static func check(_ command: any ParsableCommand) throws(Failure) {
    guard let ranks, !(command is any SharedCommand) else { return }
    let name = type(of: command)._commandName
    throw Failure(
      .usage, "\(name): expected one process, found \(ranks.count): only render, gradient and optimize share work")
  }

  /// - Throws: when another rank read another scene.
  static func requireSame(_ scene: Scene, file: String) throws(Failure) {
    guard let ranks else { return }
    var fingerprint = Fingerprint()
    fingerprint.add("scene", scene.theta)
    do {
      if try ranks.agree(on: fingerprint.words) { return }
    } catch { throw Failure(error, file: file) }
    throw Failure(.data, "\(file): expected the same scene on every rank, found different ones")
  }

  /// Before the message of an error: which rank it is about, if not all.
  static var prefix: String {
    guard let ranks, !ranks.isFirst else { return "" }
    return "rank \(ranks.rank) of \(ranks.count): "
  }

  /// Whether this rank tells how a command ended. One that fails waits first: when all fail alike, the first one speaks and
  /// ends the others.
  static func speaks(of status: ExitStatus) -> Bool {
    guard !isFirst else { return true }
    guard status != .success, status != .interrupted else { return false }
    Thread.sleep(forTimeInterval: patience)
    return true
  }

  /// Leaves the job; ends it for all when this rank failed.
  static func leave(_ status: ExitStatus) {
    #if MPI
      guard let job = ranks as? MPIJob else { return }
      if status == .success || status == .interrupted { job.finish() } else { job.abort(status: status.rawValue) }
    #endif
  }
}
