import Penumbra

extension Scene {
  /// The same scene with more layers in its picture.
  ///
  /// Rebuilt part by part in the order of θ, so that every offset and every value stays what it is.
  func adding(_ aovs: [AOV], file: String) throws(Failure) -> Scene {
    var builder = SceneBuilder()
    do {
      for parameter in structure.parameters.all {
        // Numbers without a key lie between the parameters.
        if parameter.offset > builder.theta.count {
          _ = builder.addHidden(Array(theta[builder.theta.count..<parameter.offset]))
        }
        _ = try builder.declare(parameter, values: Array(theta[parameter.range]))
      }
      _ = builder.addHidden(Array(theta[builder.theta.count...]))
      for texture in structure.textures { _ = builder.add(texture) }
      for material in structure.materials { _ = builder.add(material) }
      for shape in structure.shapes { _ = builder.add(shape) }
      for group in structure.groups { _ = builder.add(group) }
      for instance in structure.instances { builder.add(instance) }
      for emitter in structure.emitters { builder.add(emitter) }
      for sensor in structure.sensors { builder.add(sensor) }
      builder.integrator = structure.integrator
      let known = Set(structure.integrator.aovs.map(\.name))
      builder.integrator.aovs += aovs.filter { !known.contains($0.name) }
      return try builder.build()
    } catch { throw Failure(error, file: file) }
  }
}
