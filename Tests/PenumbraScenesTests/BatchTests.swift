import PenumbraTransport
import Testing

@testable import PenumbraScenes

@Suite("Batches of sensors")
struct BatchTests {
  private static func batch(width: Int, children: Int = 2) -> String {
    let cameras = (0..<children).map {
      #"<sensor type="perspective" id="eye\#($0)"><float name="fov" value="40"/></sensor>"#
    }
    return """
      <sensor type="batch" id="all">\(cameras.joined())<sampler type="independent"><integer name="sample_count" value="9"/>
      </sampler><film type="hdrfilm"><integer name="width" value="\(width)"/><integer name="height" value="8"/>
      <rfilter type="box"/></film></sensor><emitter type="constant"/>
      """
  }

  @Test("Its cameras divide the film, share filter and sampler, and are named by their ids")
  func children() throws {
    let scene = try loadScene(Self.batch(width: 12)).scene
    #expect(scene.structure.sensors.map(\.id) == ["eye0", "eye1"])
    for sensor in scene.structure.sensors {
      #expect(sensor.batch == "all")
      #expect(sensor.film.width == 6 && sensor.film.height == 8)
      #expect(sensor.film.filter == .box())
      #expect(sensor.sampler.samplesPerPixel == 9)
    }
    #expect(scene.values("all.eye1.x_fov") == [40])
  }

  @Test("A width that they cannot share is refused")
  func width() {
    let error = refusal { try loadScene(Self.batch(width: 13)) }
    #expect(error?.description.contains("divides the film's width of 13") == true)
    #expect(refusal { try loadScene(Self.batch(width: 12, children: 0)) } != nil)
  }
}
