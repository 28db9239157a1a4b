#if MPI
  internal import CMPI
  public import PenumbraTransport

  /// The processes that `mpirun` or `srun` started together; with the package trait `MPI` only.
  ///
  /// ```swift
  /// let job = try MPIJob()
  /// var settings = RenderSettings()
  /// settings.ranks = job
  /// ```
  public final class MPIJob: RankGroup {
    public let rank: Int
    public let count: Int

    /// Joins the job; at most once per process. Threads may exchange in turn, never at once.
    ///
    /// - Throws: when MPI cannot be started.
    public init() throws(TransportError) {
      var (rank, count): (Int32, Int32) = (0, 1)
      if let complaint = cmpi_start(&rank, &count) { throw Self.error(complaint) }
      (self.rank, self.count) = (Int(rank), Int(count))
    }

    /// Leaves the job, which every rank must; nothing may be exchanged after it.
    public func finish() { cmpi_finish() }

    /// Ends all processes of the job with an exit status.
    public func abort(status: Int32) { cmpi_abort(status) }

    public func exchange(
      _ outgoing: [UnsafeRawBufferPointer], _ incoming: [UnsafeMutableRawBufferPointer]
    ) throws(TransportError) {
      precondition(
        outgoing.count == count && incoming.count == count,
        "\(outgoing.count) and \(incoming.count) parts for \(count) ranks")
      let complaint = cmpi_exchange(
        outgoing.map(\.baseAddress), outgoing.map(\.count), incoming.map(\.baseAddress), incoming.map(\.count))
      if let complaint { throw Self.error(complaint) }
    }

    private static func error(_ complaint: UnsafePointer<CChar>) -> TransportError {
      TransportError(.ranks, "MPI: \(String(cString: complaint))")
    }
  }
#endif
