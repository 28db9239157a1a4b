/// What each stage of a run does, coarse to fine.
struct StagePlan {
  /// Cubes along the longest side of the first grid, and by how much each further stage refines it.
  let volumeResolution: Int
  let volumeRefinements: [Double]
  let volume: [VolumeStage.Settings]
  let volumeShares: [Double]
  /// The same for scenes without masks.
  let densityResolution: Int
  private(set) var density: [DensityStage.Settings]
  let densityShares: [Double]
  let shape: ShapeStage.Settings
  /// Shares of the then remaining time.
  let shapeShare: Double
  let material: MaterialStage.Settings
  let materialShare: Double

  init(options: ReconstructionOptions, photoCount: Int) {
    let batch = min(4, photoCount)
    volumeResolution = options.finestGrid / 4
    volume = [
      VolumeStage.Settings(reduction: 2, iterations: 600, rate: 0.08),
      VolumeStage.Settings(reduction: 1, iterations: 600, rate: 0.05),
      // More rays per step: on fine grids the step itself costs as much as they do.
      VolumeStage.Settings(reduction: 1, iterations: 900, raysPerStep: 16384, softness: 0.35...0.7, rate: 0.05),
    ]
    volumeRefinements = [2, 2]
    volumeShares = [0.08, 0.15, 0.55]
    densityResolution = options.finestGrid / 4
    density = [
      DensityStage.Settings(
        reduction: 4, iterations: 600, leastIterations: 60, poseRate: options.refinesCameras ? 1e-3 : 0),
      DensityStage.Settings(reduction: 2, iterations: 900, poseRate: options.refinesCameras ? 4e-4 : 0),
    ]
    densityShares = [0.15, 0.5]
    shape = ShapeStage.Settings(edgePixels: 1.5, iterations: 300, batch: batch)
    shapeShare = 0.3
    material = MaterialStage.Settings(samplesPerPixel: 4)
    materialShare = 0.5
  }

  /// Cameras are known better than a cloud can tell.
  mutating func keepCameras() {
    for stage in density.indices { density[stage].poseRate = 0 }
  }
}
