/// One point of the surface as several photos show it.
struct FeatureTrack: Sendable {
  /// Photos and numbers of the features in them, by photo.
  var sightings: [SIMD2<Int32>]
}

/// Matches of pairs of photos joined: each set of features that are linked is one point.
struct FeatureTracks {
  private var parents: [Int32]
  private let offsets: [Int]

  /// - Parameter counts: numbers of features per photo.
  init(counts: [Int]) {
    var offsets = [0]
    for count in counts { offsets.append(offsets[offsets.count - 1] + count) }
    self.offsets = offsets
    parents = (0..<Int32(offsets[counts.count])).map { $0 }
  }

  mutating func join(_ a: SIMD2<Int32>, _ b: SIMD2<Int32>) {
    let (x, y) = (root(node(a)), root(node(b)))
    parents[Int(max(x, y))] = min(x, y)
  }

  /// Points that at least `leastViews` photos show, each photo once: a photo that shows one twice has a wrong match.
  mutating func tracks(leastViews: Int) -> [FeatureTrack] {
    var members: [Int32: [SIMD2<Int32>]] = [:]
    for photo in 0..<(offsets.count - 1) {
      for node in offsets[photo]..<offsets[photo + 1] {
        members[root(Int32(node)), default: []].append(SIMD2(Int32(photo), Int32(node - offsets[photo])))
      }
    }
    return members.sorted { $0.key < $1.key }.compactMap { _, sightings in
      let photos = Set(sightings.map(\.x))
      return photos.count == sightings.count && photos.count >= leastViews ? FeatureTrack(sightings: sightings) : nil
    }
  }

  private func node(_ feature: SIMD2<Int32>) -> Int32 { Int32(offsets[Int(feature.x)]) + feature.y }

  private mutating func root(_ start: Int32) -> Int32 {
    var node = start
    while parents[Int(node)] != node {
      parents[Int(node)] = parents[Int(parents[Int(node)])]
      node = parents[Int(node)]
    }
    return node
  }
}
