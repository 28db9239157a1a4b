import PenumbraInverse

/// Brings photos of different exposure to one brightness.
enum Exposure {
  /// Divides each photo by its exposure over the median one, where all photos tell theirs and they differ by more than
  /// a fiftieth.
  ///
  /// - Returns: a line for the user when something was changed.
  static func equalize(_ photos: inout [Photo]) -> String? {
    let values = photos.compactMap(\.exposure).filter { $0 > 0 && $0.isFinite }
    guard values.count == photos.count, let least = values.min(), let most = values.max(), most > 1.02 * least else {
      return nil
    }
    let median = values.sorted()[values.count / 2]
    for (index, value) in values.enumerated() {
      let gain = Float(median / value)
      for i in photos[index].rgb.indices { photos[index].rgb[i] *= gain }
    }
    return
      "the photos' exposures differ by a factor of \(DisplayNumber.significant(most / least, 3)); all are brought to "
      + "the median one, and clipped parts of brighter ones stay clipped: fix the exposure for better ones"
  }
}
