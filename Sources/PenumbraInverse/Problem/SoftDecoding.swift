extension SoftAnnealing {
  /// `visibility: {soft: {temperature: [first, last]}}` of a problem file, in film widths.
  init(_ root: YAMLMapping) throws(InverseError) {
    self.init()
    guard let node = root["visibility"] else { return }
    let visibility = try YAMLMapping(node, at: root.place(of: "visibility"), keys: ["estimator", "soft"])
    guard let node = visibility["soft"] else { return }
    let soft = try YAMLMapping(node, at: visibility.place(of: "soft"), keys: ["temperature"])
    guard let values = try soft.numbers("temperature") else { return }
    guard values.count == 2, values.allSatisfy({ $0 > 0 && $0 <= 10 }) else {
      throw soft.fault("temperature", "expected [first, last] in film widths up to 10, found \(values)")
    }
    (first, last) = (values[0], values[1])
  }
}
