/// Differentiable rendering and inverse graphics: everything under one import.
///
/// A scene is an immutable structure and one flat vector θ; a picture is a function I(θ), and gradients are laid out
/// like θ.
///
/// ```swift
/// import Penumbra
///
/// let loaded = try SceneReader.load(path: "Scenes/quickstart/scene.xml")
/// let renderer = try Renderer(loaded.scene)
/// var settings = RenderSettings()
/// settings.samplesPerPixel = 64
/// let picture = try renderer.render(settings)
/// let image = Image(width: picture.width, height: picture.height, values: picture.rgb)
/// try image.write(to: "out/room.exr")
///
/// // How does the picture change with the right wall's red?
/// let (_, elements) = try loaded.scene.structure.parameters.resolve("right.reflectance.value[0]")
/// var tangent = [Float](repeating: 0, count: loaded.scene.theta.count)
/// tangent[elements.lowerBound] = 1
/// let derivative = try renderer.forward(settings, tangent: tangent)
/// print(derivative.derivative.max() ?? 0)
/// ```
@_exported public import PenumbraImages
@_exported public import PenumbraInverse
@_exported public import PenumbraReconstruction
@_exported public import PenumbraScenes
@_exported public import PenumbraTransport
