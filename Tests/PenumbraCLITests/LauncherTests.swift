import Testing

@testable import PenumbraCLI

@Suite("Jobs of many processes") struct LauncherTests {
  @Test(
    "A process knows from its launcher that it is one of many",
    arguments: [
      ["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "3"], ["PMI_SIZE": "4", "PMI_RANK": "3"],
      ["SLURM_STEP_NUM_TASKS": "4", "PMIX_RANK": "3", "SLURM_NTASKS": "8"],
    ])
  func many(environment: [String: String]) {
    let launcher = Launcher(environment)
    #expect(launcher.count == 4 && launcher.rank == 3)
  }

  @Test(
    "A process alone is not taken for one of many, in a batch script neither",
    arguments: [
      [:], ["SLURM_NTASKS": "8", "SLURM_PROCID": "0"], ["PMI_SIZE": "many", "PMI_RANK": "0"],
      ["OMPI_COMM_WORLD_SIZE": "0", "OMPI_COMM_WORLD_RANK": "0"],
    ])
  func alone(environment: [String: String]) { #expect(Launcher(environment).count == 1) }

  #if !MPI
    @Test("A build without MPI does not do the work of a job once per process")
    func refusal() throws {
      let penumbra = try #require(try Executable(), "penumbra is built beside the tests")
      let first = try penumbra.run(
        "inspect scene.xml", environment: ["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "0"])
      #expect(first.status == 64)
      #expect(first.errors.hasPrefix("penumbra: started 2 times at once") && first.errors.contains("--traits MPI"))
      let second = try penumbra.run(
        "inspect scene.xml", environment: ["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "1"])
      #expect(second.status == 64 && second.errors.isEmpty)
    }
  #endif
}
