/// One photo as a cameras file lists it.
public struct PosedPhoto: Sendable, Equatable {
  /// As the cameras file spells it; unique.
  public var name: String
  /// File of the picture.
  public var path: String
  /// File of its mask, where one is named.
  public var maskPath: String?
  public var intrinsics: Intrinsics
  public var pose: CameraPose
  public var isHeldOut = false
}

/// What a cameras file says.
public struct CameraListing: Sendable {
  public var photos: [PosedPhoto]
  /// Lower and upper corner of what is to be reconstructed, in the world.
  public var bounds: (SIMD3<Double>, SIMD3<Double>)?
  /// Points on surfaces, from structure from motion.
  public var points: [SIMD3<Double>] = []
  /// Whether the file itself says which photos are held out.
  public var hasSplit = false
  public var warnings: [String] = []
}
