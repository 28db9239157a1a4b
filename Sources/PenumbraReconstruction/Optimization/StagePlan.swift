/// What each stage of a run does, coarse to fine.
struct StagePlan {
  /// Cubes along the longest side of the first grid; each further stage doubles them.
  let volumeResolution: Int
  let volume: [VolumeStage.Settings]
  let volumeShares: [Double]
  let shape: [ShapeStage.Settings]
  /// Share of the then remaining time, per stage.
  let shapeShares: [Double]
  let material: MaterialStage.Settings
  let materialShare: Double

  init(options: ReconstructionOptions, photoCount: Int) {
    let batch = min(4, photoCount)
    volumeResolution = options.preset.hullResolution / 2
    volume = [
      VolumeStage.Settings(reduction: 2, iterations: 160),
      VolumeStage.Settings(reduction: 1, iterations: 320),
    ]
    volumeShares = [0.1, 0.35]
    shape = [ShapeStage.Settings(edgePixels: 3, reduction: 1, iterations: 150, batch: batch)]
    shapeShares = [0.5]
    material = MaterialStage.Settings(iterations: 80, batch: batch, samplesPerPixel: 4)
    materialShare = 0.6
  }
}
