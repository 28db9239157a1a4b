/// What a user may say about photos.
public struct PhotoOptions: Sendable {
  /// Folder of photos, or the `transforms.json` in it.
  public var photos: String
  /// A COLMAP model's folder or a transforms file; `nil` to look in the folder of photos.
  public var cameras: String?
  /// Folder of masks named like the photos; `nil` for `masks/` beside them, or alpha.
  public var masks: String?
  /// Longer photos are reduced to this many pixels on their longer side.
  public var maximumSide = 640
  /// Whether some photos are kept out of the optimization to judge it.
  public var holdsOut = true
  /// Where `colmap` may work when no cameras are given.
  public var workspace: String

  public init(photos: String, workspace: String) { (self.photos, self.workspace) = (photos, workspace) }
}
