/// What each stage of a run does, coarse to fine.
struct StagePlan {
  /// Cubes along the longest side of the first grid, and by how much each further stage refines it.
  let volumeResolution: Int
  let volumeRefinements: [Double]
  let volume: [VolumeStage.Settings]
  let volumeShares: [Double]
  /// The same for scenes without masks.
  let densityResolution: Int
  let density: [DensityStage.Settings]
  let shape: ShapeStage.Settings
  /// Shares of the then remaining time.
  let shapeShare: Double
  let material: MaterialStage.Settings
  let materialShare: Double

  init(options: ReconstructionOptions, photoCount: Int) {
    let batch = min(4, photoCount)
    volumeResolution = options.preset.hullResolution / 2
    volume = [
      VolumeStage.Settings(reduction: 2, iterations: 600, rate: 0.08),
      VolumeStage.Settings(reduction: 1, iterations: 600, rate: 0.05),
      VolumeStage.Settings(reduction: 1, iterations: 1800, rate: 0.05),
    ]
    volumeRefinements = [2, 1.5]
    volumeShares = [0.08, 0.15, 0.4]
    densityResolution = options.preset.hullResolution / 2
    density = [
      DensityStage.Settings(reduction: 4, iterations: 500), DensityStage.Settings(reduction: 2, iterations: 500),
    ]
    shape = ShapeStage.Settings(edgePixels: 3, iterations: 300, batch: batch)
    shapeShare = 0.6
    material = MaterialStage.Settings(iterations: 80, batch: batch, samplesPerPixel: 4)
    materialShare = 0.5
  }
}
