/// What launchers of jobs of many processes tell each process that they start.
struct Launcher: Equatable {
  /// Number of processes; 1 for a process alone.
  var count = 1
  var rank = 0

  init(_ environment: [String: String]) {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    // Open MPI's mpirun; those of MPICH and Intel; Slurm's srun, whose batch scripts have SLURM_NTASKS too.
    for (size, place) in [
      ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"), ("PMI_SIZE", "PMI_RANK"), ("SLURM_STEP_NUM_TASKS", "PMIX_RANK"),
    ] {
      guard let size = number(size), let place = number(place), size > 0 else { continue }
      (count, rank) = (size, place)
      return
    }
  }
}
