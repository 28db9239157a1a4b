/// Light arriving at eight points, each from an emitter of its own.
struct PacketLights {
  /// Unit directions to the lights.
  var direction = PacketVector.zero
  var distance = Packet(repeating: 0)
  /// Red, green and blue.
  var radiance = PacketVector.zero
  /// As in `EmitterSample`.
  var scale = Packet(repeating: 0)
  var isDirac = PacketMask(repeating: false)
  /// Whether the chosen emitter sends light.
  var isFound = PacketMask(repeating: false)
  var point = PacketVector.zero
  var normal = PacketVector.zero
  /// Coordinates on triangle or parallelogram.
  var place = (Packet(repeating: 0), Packet(repeating: 0))
}
